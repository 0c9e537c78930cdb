import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Plugin } from 'vite'

/** The folder of a package, also of one inside another: node_modules/a/node_modules/@b/c */
const PACKAGE = /^.*?((?:node_modules\/(?:@[^/]+\/)?[^/]+\/)*node_modules\/(?:@[^/]+\/)?[^/]+)\//

/** Notes which packages the page is made of, by their folder as in package-lock.json: the bill of materials of a release tells it. */
export function linked(): Plugin {
  let root = ''
  return {
    name: 'linked',
    apply: 'build',
    configResolved(config) {
      root = config.root
    },
    async generateBundle(_, bundle) {
      const folders = new Set<string>()
      // Fonts are no modules: a style sheet names them.
      const assets = Object.values(bundle).flatMap((output) =>
        output.type === 'asset' ? output.originalFileNames : [],
      )
      for (const id of [...this.getModuleIds(), ...assets.map((name) => join(root, name))]) {
        const folder = PACKAGE.exec(id.replaceAll('\\', '/'))?.[1]
        if (folder) folders.add(folder)
      }
      await writeFile(join(root, 'node_modules', '.linked.json'), JSON.stringify([...folders].sort()))
    },
  }
}

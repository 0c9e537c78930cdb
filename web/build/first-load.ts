import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Plugin, Rollup } from 'vite'

/** What every browser needs before it can show anything in a Latin script, besides what the entry imports. */
const ALWAYS = [/^index\.html$/, /^favicon\.svg$/, /inter-latin-wght-normal.*\.woff2$/]

/**
 * Measures what a first visit downloads (brotli where there is one) and fails the build above the limit. Counted are
 * the page, its entry with all static imports and their styles, and the font.
 */
export function firstLoad({ limitKiB }: { limitKiB: number }): Plugin {
  let folder = ''
  let names: string[] = []
  return {
    name: 'first-load',
    apply: 'build',
    configResolved(config) {
      folder = join(config.root, config.build.outDir)
    },
    generateBundle(_, bundle) {
      names = namesOfFirstLoad(bundle)
    },
    closeBundle: {
      order: 'post',
      sequential: true,
      async handler() {
        const sizes = await Promise.all([...names, 'favicon.svg'].map((name) => compressedSize(join(folder, name))))
        const total = sizes.reduce((sum, size) => sum + size, 0) / 1024
        const text = `first load: ${total.toFixed(1)} KiB compressed, limit ${String(limitKiB)} KiB`
        if (total > limitKiB) this.error(text)
        console.log(text)
      },
    },
  }
}

function namesOfFirstLoad(bundle: Rollup.OutputBundle): string[] {
  const names = new Set(Object.keys(bundle).filter((name) => ALWAYS.some((pattern) => pattern.test(name))))
  const visit = (name: string) => {
    const chunk = bundle[name]
    if (chunk?.type !== 'chunk' || names.has(name)) return
    names.add(name)
    chunk.viteMetadata?.importedCss.forEach((css) => names.add(css))
    chunk.imports.forEach(visit)
  }
  for (const [name, output] of Object.entries(bundle)) {
    if (output.type === 'chunk' && output.isEntry) visit(name)
  }
  return [...names]
}

async function compressedSize(file: string): Promise<number> {
  const compressed = await stat(`${file}.br`).catch(() => null)
  return (compressed ?? (await stat(file))).size
}

// Usage: node lint.mjs dockerfile|workflow FILE
// Prints what is wrong with the file, "LINE: MESSAGE"; exit code 1 if anything is.
import { readFile } from 'node:fs/promises';
import { register } from 'node:module';
import { basename } from 'node:path';

const linters = {
  // What editors underline in a Dockerfile.
  async dockerfile(text) {
    const { validate } = await import('dockerfile-utils');
    return validate(text);
  },

  // GitHub's own reader of workflows.
  async workflow(text, name) {
    // It imports JSON without saying so, which bundlers allow and Node.js does not.
    register('./json-modules.mjs', import.meta.url);
    const { validate } = await import('@actions/languageservice');
    const { TextDocument } = await import('vscode-languageserver-textdocument');
    return validate(TextDocument.create(`file:///.github/workflows/${name}`, 'yaml', 0, text));
  },
};

const [kind, file] = process.argv.slice(2);
const findings = await linters[kind](await readFile(file, 'utf8'), basename(file));
for (const finding of findings) console.log(`${finding.range.start.line + 1}: ${finding.message}`);
process.exitCode = findings.length > 0 ? 1 : 0;

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

/**
 * A program as JavaScript, in `dist`; gives its file. For processes that are measured or watched, as the time and memory
 * of a compiler in them would be.
 */
export function compiled(source: string): string {
  const { config } = ts.readConfigFile(path.join(root, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  const { outputText } = ts.transpileModule(readFileSync(path.join(root, source), 'utf8'), {
    // Of one file alone it does not see that the package is one of modules.
    compilerOptions: { ...options, module: ts.ModuleKind.ESNext, sourceMap: false },
    fileName: path.join(root, source),
  });
  const file = path.join(root, 'dist', source.replace(/ts$/, 'js'));
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, outputText);
  return file;
}

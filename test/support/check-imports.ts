import { fileURLToPath } from 'node:url';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import extractConfig from 'dependency-cruiser/config-utl/extract-depcruise-config';

export interface ImportCheck {
  readonly modules: number;
  readonly imports: number;
  /** One line each: the rule, the importing file, the imported file. */
  readonly violations: readonly string[];
}

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Reads every module of `src` below a folder and compares its imports with the rules of this checkout. */
export async function checkImports(root: string): Promise<ImportCheck> {
  const { forbidden, options } = await extractConfig(`${ROOT}.dependency-cruiser.cjs`);
  const { output } = await cruise(['src'], {
    ...options,
    baseDir: root,
    // A copy of the sources may share the packages of the checkout through a link.
    preserveSymlinks: true,
    ruleSet: { forbidden: forbidden ?? [] },
    validate: true,
    outputType: 'json',
  });
  const { modules, summary } = (typeof output === 'string' ? JSON.parse(output) : output) as ICruiseResult;
  const own = modules.filter(({ source }) => source.startsWith('src/'));
  return {
    modules: own.length,
    imports: own.reduce((sum, { dependencies }) => sum + dependencies.length, 0),
    violations: summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { modules, imports, violations } = await checkImports(ROOT);
  for (const violation of violations) console.error(violation);
  console.log(`${modules} modules, ${imports} imports, ${violations.length} violations`);
  // A run that read no modules finds no violations; a parser that does not support this TypeScript reads none.
  process.exitCode = modules === 0 || imports === 0 || violations.length > 0 ? 1 : 0;
}

import { cruise } from 'dependency-cruiser';
import extractConfig from 'dependency-cruiser/config-utl/extract-depcruise-config';

// The rules are worth nothing when the parser reads nothing: TypeScript versions it does not know give 0 modules.
const { forbidden, options } = await extractConfig(
  new URL('../../.dependency-cruiser.cjs', import.meta.url).pathname,
);
const { output } = await cruise(['src'], {
  ...options,
  ruleSet: { forbidden },
  validate: true,
  outputType: 'json',
});
const { modules, summary } = typeof output === 'string' ? JSON.parse(output) : output;
const own = modules.filter((module) => module.source.startsWith('src/'));
const dependencies = own.reduce((sum, module) => sum + module.dependencies.length, 0);
for (const { rule, from, to } of summary.violations) console.error(`${rule.name}: ${from} -> ${to}`);
console.log(`${own.length} modules, ${dependencies} imports, ${summary.violations.length} violations`);
process.exitCode = own.length === 0 || dependencies === 0 || summary.violations.length > 0 ? 1 : 0;

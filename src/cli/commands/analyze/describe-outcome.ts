import type { AnalysisResult } from '../../../contract/analysis-result.ts';

/** The result of one image as a line for a terminal. */
export function describeOutcome(result: Omit<AnalysisResult, 'file'>): string {
  if (result.status !== 'analysed') {
    const verb = result.status === 'failed' ? 'could not be analysed' : 'not analysed';
    return `${verb}: ${result.reason?.message ?? ''} [${result.reason?.code ?? ''}]`;
  }
  const time = result.timingsMs ? `, ${result.timingsMs.total.toFixed(0)} ms` : '';
  const count = result.findings.length;
  const findings = count === 1 ? '1 finding' : `${count} findings`;
  const words = {
    'fracture-detected': `fracture very likely (${findings})`,
    'fracture-suspected': `fracture suspected (${findings})`,
    'no-fracture-detected': 'no fracture detected',
  } as const;
  const outcome = result.outcome ? words[result.outcome] : '';
  const doubt = result.isPictureUncertain === true ? ', picture quality uncertain' : '';
  return `${outcome}, confidence ${(result.score ?? 0).toFixed(2)}${time}${doubt}`;
}

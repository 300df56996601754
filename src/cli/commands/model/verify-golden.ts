import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AnalyzedFile } from '../../../analysis/analyze-file.ts';
import type { Box } from '../../../contract/box.ts';
import type { Finding } from '../../../contract/finding.ts';
import type { GoldenPhantom } from '../../../inference/models/manifest.ts';
import { drawPhantom } from '../../../phantom/draw-phantom.ts';
import { DEMO_PHANTOMS, phantomName } from '../../../phantom/phantom-set.ts';
import { writePhantomDicom } from '../../../phantom/write-phantom-dicom.ts';

export interface GoldenCheck {
  readonly phantom: string;
  /** The difference from the manifest; null if there is none. */
  readonly fault: string | null;
}

/** Every golden phantom of a manifest as a DICOM file through the real pipeline. */
export async function verifyGolden(
  golden: readonly GoldenPhantom[],
  analyze: (path: string) => Promise<AnalyzedFile>,
): Promise<GoldenCheck[]> {
  const folder = await mkdtemp(join(tmpdir(), 'bonewatch-golden-'));
  try {
    const checks: GoldenCheck[] = [];
    for (const expected of golden) {
      const request = DEMO_PHANTOMS.find((phantom) => phantomName(phantom) === expected.phantom);
      if (!request) {
        checks.push({ phantom: expected.phantom, fault: 'there is no phantom of that name' });
        continue;
      }
      const path = join(folder, `${expected.phantom}.dcm`);
      await writeFile(path, writePhantomDicom(drawPhantom(request)));
      const { result } = await analyze(path);
      const fault =
        result.status === 'analysed' ? faultOf(result.findings, expected) : (result.reason?.message ?? '');
      checks.push({ phantom: expected.phantom, fault });
    }
    return checks;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The fault in the findings of a golden phantom: a missed or an unexpected finding; null if there is none. */
export function faultOf(findings: readonly Finding[], { boxes, tolerancePx }: GoldenPhantom): string | null {
  const isNear = (a: Box, b: Box): boolean => distance(centreOf(a), centreOf(b)) <= tolerancePx;
  const missed = boxes.filter((box) => !findings.some((finding) => isNear(finding.box, box)));
  const invented = findings.filter((finding) => !boxes.some((box) => isNear(finding.box, box)));
  if (missed.length > 0) return `${missed.length} of ${boxes.length} expected findings missed`;
  if (invented.length > 0) return `${invented.length} findings where there is nothing`;
  return null;
}

function centreOf({ x, y, width, height }: Box): readonly [number, number] {
  return [x + width / 2, y + height / 2];
}

function distance([ax, ay]: readonly [number, number], [bx, by]: readonly [number, number]): number {
  return Math.hypot(ax - bx, ay - by);
}

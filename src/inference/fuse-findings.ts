import type { Box } from '../contract/box.ts';
import type { Finding } from '../contract/finding.ts';
import { iou } from './nms.ts';

/** One model's findings in a picture. */
export interface Opinion {
  readonly model: string;
  /** Its weight relative to the other models'. */
  readonly weight: number;
  readonly findings: readonly Finding[];
}

interface Cluster {
  readonly label: string;
  readonly members: { readonly opinion: Opinion; readonly finding: Finding }[];
  box: Box;
}

/**
 * Fuses several models' findings into one list, most confident first (weighted box fusion, arXiv 1910.13302): boxes of one
 * label that overlap more than `least` become their mean, weighted by confidence and weight. The confidence is the weighted
 * mean over all models; a model without a finding there counts as 0, which lowers findings of a single model.
 */
export function fuseFindings(opinions: readonly Opinion[], least: number): Finding[] {
  const clusters: Cluster[] = [];
  const all = opinions
    .flatMap((opinion) => opinion.findings.map((finding) => ({ opinion, finding })))
    .toSorted((a, b) => sureness(b) - sureness(a));
  for (const member of all) {
    const { label, box } = member.finding;
    const [nearest] = clusters
      .filter((cluster) => cluster.label === label)
      .map((cluster) => ({ cluster, overlap: iou(cluster.box, box) }))
      .filter(({ overlap }) => overlap > least)
      .toSorted((a, b) => b.overlap - a.overlap);
    if (nearest) {
      nearest.cluster.members.push(member);
      nearest.cluster.box = meanBox(nearest.cluster);
    } else clusters.push({ label, members: [member], box });
  }
  const weights = opinions.reduce((sum, { weight }) => sum + weight, 0);
  return clusters
    .map((cluster) => findingOf(cluster, opinions, weights))
    .toSorted((a, b) => b.confidence - a.confidence);
}

function sureness({ opinion, finding }: Cluster['members'][number]): number {
  return opinion.weight * finding.confidence;
}

function meanBox({ members }: Pick<Cluster, 'members'>): Box {
  const total = members.reduce((sum, member) => sum + sureness(member), 0);
  const mean = (edge: (box: Box) => number): number =>
    members.reduce((sum, member) => sum + (edge(member.finding.box) * sureness(member)) / total, 0);
  const [x, y] = [mean((box) => box.x), mean((box) => box.y)];
  return { x, y, width: mean((box) => box.x + box.width) - x, height: mean((box) => box.y + box.height) - y };
}

function findingOf({ label, members, box }: Cluster, opinions: readonly Opinion[], weights: number): Finding {
  const agreeing = opinions.filter((opinion) => members.some((member) => member.opinion === opinion));
  const confidence = agreeing.reduce((sum, opinion) => {
    const own = members
      .filter((member) => member.opinion === opinion)
      .map(({ finding }) => finding.confidence);
    return sum + (opinion.weight * Math.max(...own)) / weights;
  }, 0);
  const outlined = members.find(({ finding }) => finding.polygon !== null);
  const polygon = outlined?.finding.polygon ?? null;
  return { label, confidence, box, polygon, models: agreeing.map(({ model }) => model) };
}

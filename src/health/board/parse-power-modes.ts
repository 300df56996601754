/** One of the board's power modes, as `nvpmodel` numbers and names it: 0 `MAXN`, 1 `25W` … */
export interface PowerMode {
  readonly number: number;
  /** Null if the board's list of modes does not name it. */
  readonly name: string | null;
}

/** The modes that an `nvpmodel.conf` defines, in its order: `< POWER_MODEL ID=0 NAME=MAXN >`. */
export function parsePowerModes(conf: string): readonly PowerMode[] {
  const lines = conf.split('\n').filter((line) => /^\s*<\s*POWER_MODEL\s/.test(line));
  return lines.flatMap((line) => {
    const number = /\bID=(\d+)/.exec(line)?.[1];
    const name = /\bNAME=([^\s>]+)/.exec(line)?.[1];
    return number === undefined ? [] : [{ number: Number(number), name: name ?? null }];
  });
}

/** The output of `nvpmodel -q`: `NV Power Mode: MAXN`, and its number on a line of its own; null: no mode. */
export function parsePowerModeQuery(text: string): PowerMode | null {
  const number = /^\s*(\d+)\s*$/m.exec(text)?.[1];
  const name = /NV Power Mode:\s*(\S+)/.exec(text)?.[1];
  return number === undefined ? null : { number: Number(number), name: name ?? null };
}

/**
 * The mode that lets the board run fastest, by NVIDIA's names: MAXN_SUPER, then MAXN, then the most watts, then the
 * most cores. Not the highest number: on an Orin Nano 3 is the slowest. Null if no name indicates it.
 */
export function strongestPowerMode(modes: readonly PowerMode[]): PowerMode | null {
  const ranked = modes
    .map((mode) => ({ mode, rank: rankOf(mode.name ?? '') }))
    .filter(({ rank }) => rank > 0)
    .toSorted((a, b) => b.rank - a.rank);
  return ranked[0]?.mode ?? null;
}

function rankOf(name: string): number {
  if (/^(MODE_)?MAXN_SUPER/.test(name)) return 2e6;
  if (/^(MODE_)?MAXN/.test(name)) return 1e6;
  const watts = Number(/(\d+)W/.exec(name)?.[1] ?? 0);
  const cores = Number(/(\d+)CORE/.exec(name)?.[1] ?? 0);
  return watts * 100 + cores;
}

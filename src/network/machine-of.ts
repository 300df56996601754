/** The machine behind an address: a machine can choose any address of its IPv6 network, so the network counts. */
export function machineOf(address: string): string {
  const mapped = address.replace(/^::ffff:(?=\d+\.)/i, '');
  return mapped.includes(':') ? networkOf(mapped) : mapped;
}

/** The first 64 bits of an IPv6 address, however it is abbreviated. */
function networkOf(address: string): string {
  const [head = '', tail = ''] = (address.split('%', 1)[0] ?? '').split('::', 2);
  const [first, last] = [head, tail].map((part) => part.split(':').filter((group) => group !== ''));
  const zeros = address.includes('::') ? 8 - (first?.length ?? 0) - (last?.length ?? 0) : 0;
  const groups = [...(first ?? []), ...Array<string>(Math.max(0, zeros)).fill('0'), ...(last ?? [])];
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}

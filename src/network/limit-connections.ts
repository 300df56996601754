import type { Server, Socket } from 'node:net';
import { machineOf } from './machine-of.ts';

export interface ConnectionLimits {
  /** Connections of all machines together. */
  readonly max: number;
  readonly maxPerMachine: number;
}

export interface ConnectionLimiterOptions extends ConnectionLimits {
  /** A connection of this machine was closed because of a limit. */
  readonly onRefused: (machine: string) => void;
}

/** Connections beyond the limit that the operating system may hand over before one is closed here. */
const ACCEPTED_BEYOND = 64;

/**
 * Limits the open connections of a server, so that no client takes the file descriptors that images need. A machine with
 * its share gets no further connection. Where all are taken, a machine with fewer connections than another one gets the
 * place of that machine's newest, so a flood from one machine cannot keep the others out.
 */
export function limitConnections(server: Server, options: ConnectionLimiterOptions): void {
  const machines = new Map<string, Set<Socket>>();
  let total = 0;
  server.maxConnections = options.max + ACCEPTED_BEYOND;
  server.on('drop', (dropped) => options.onRefused(machineOf(dropped?.remoteAddress ?? '')));
  server.on('connection', (socket: Socket) => {
    const machine = machineOf(socket.remoteAddress ?? '');
    const sockets = machines.get(machine) ?? new Set();
    if (sockets.size >= options.maxPerMachine) {
      refuse(socket, machine);
      return;
    }
    sockets.add(socket);
    machines.set(machine, sockets);
    total += 1;
    socket.once('close', () => forget(socket, machine));
    if (total > options.max) makeRoom(machine);
  });

  function refuse(socket: Socket, machine: string): void {
    socket.on('error', () => undefined);
    socket.destroy();
    options.onRefused(machine);
  }

  function forget(socket: Socket, machine: string): void {
    const sockets = machines.get(machine);
    if (sockets?.delete(socket) !== true) return;
    total -= 1;
    if (sockets.size === 0) machines.delete(machine);
  }

  /** Closes the newest connection of the machine with the most; of several, that of the newcomer. */
  function makeRoom(newcomer: string): void {
    let most = newcomer;
    for (const [machine, sockets] of machines)
      if (sockets.size > (machines.get(most)?.size ?? 0)) most = machine;
    const newest = [...(machines.get(most) ?? [])].at(-1);
    if (newest === undefined) return;
    forget(newest, most);
    refuse(newest, most);
  }
}

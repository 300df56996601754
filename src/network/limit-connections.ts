import type { IncomingMessage } from 'node:http';
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

export interface ConnectionLimiter {
  /** The connection has sent a request. Not needed for requests that the server answers itself. */
  readonly markRequested: (socket: Socket) => void;
}

interface Connection {
  readonly socket: Socket;
  readonly machine: string;
}

/** The open connections, oldest first. */
interface OpenConnections {
  readonly all: Set<Connection>;
  readonly byMachine: Map<string, Set<Connection>>;
  /** Those that have not sent a request. */
  readonly silent: Set<Connection>;
}

/** Connections beyond the limit that the operating system may hand over before one is closed here. */
const ACCEPTED_BEYOND = 64;

/**
 * Limits the open connections of an HTTP server, so that no client takes the file descriptors that images need. A machine
 * with its share gets no further connection. Where all are taken, a machine with fewer connections than another one gets
 * the place of that machine's newest, and the first connection of a machine that of the oldest connection without a
 * request: a flood, from one machine or many, cannot keep the others out.
 */
export function limitConnections(server: Server, options: ConnectionLimiterOptions): ConnectionLimiter {
  const open: OpenConnections = { all: new Set(), byMachine: new Map(), silent: new Set() };
  const byPeer = new Map<string, Connection>();
  server.maxConnections = options.max + ACCEPTED_BEYOND;
  server.on('drop', (dropped) => options.onRefused(machineOf(dropped?.remoteAddress ?? '')));
  server.on('request', ({ socket }: IncomingMessage) => markRequested(socket));
  server.on('connection', (socket: Socket) => {
    const peer = peerOf(socket);
    const connection = { socket, machine: machineOf(socket.remoteAddress ?? '') };
    if ((open.byMachine.get(connection.machine)?.size ?? 0) >= options.maxPerMachine) {
      refuse(connection);
      return;
    }
    add(open, connection);
    byPeer.set(peer, connection);
    socket.once('close', () => {
      remove(open, connection);
      if (byPeer.get(peer) === connection) byPeer.delete(peer);
    });
    if (open.all.size <= options.max) return;
    const victim = connectionToClose(open, connection);
    remove(open, victim);
    refuse(victim);
  });

  return { markRequested };

  /** With TLS the socket of a request is another object than that of its connection. */
  function markRequested(socket: Socket): void {
    const connection = byPeer.get(peerOf(socket));
    if (connection !== undefined) open.silent.delete(connection);
  }

  function refuse({ socket, machine }: Connection): void {
    socket.on('error', () => undefined);
    socket.destroy();
    options.onRefused(machine);
  }
}

function connectionToClose({ byMachine, silent }: OpenConnections, newcomer: Connection): Connection {
  const own = byMachine.get(newcomer.machine) ?? new Set();
  const most = [...byMachine.values()].reduce(
    (largest, one) => (one.size > largest.size ? one : largest),
    own,
  );
  if (most.size > own.size) return [...most].at(-1) ?? newcomer;
  const [oldestSilent = newcomer] = silent;
  return own.size === 1 ? oldestSilent : newcomer;
}

function add({ all, byMachine, silent }: OpenConnections, connection: Connection): void {
  all.add(connection);
  silent.add(connection);
  const own = byMachine.get(connection.machine) ?? new Set();
  byMachine.set(connection.machine, own.add(connection));
}

function remove({ all, byMachine, silent }: OpenConnections, connection: Connection): void {
  if (!all.delete(connection)) return;
  silent.delete(connection);
  const own = byMachine.get(connection.machine);
  own?.delete(connection);
  if (own?.size === 0) byMachine.delete(connection.machine);
}

function peerOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress ?? ''} ${remotePort ?? ''}`;
}

/** Opens as many connections as a plan allows and opens them again when they are closed. Started by `startFlood`. */
import { connect, type Socket } from 'node:net';
import type { FloodPlan, FloodState } from './start-flood.ts';

const plan = JSON.parse(process.argv[2] ?? '') as FloodPlan;
const TICK_MS = 20;
const perTick = Math.ceil((plan.attemptsPerSecond * TICK_MS) / 1000);

const state = { attempts: 0, open: 0, closed: 0 };
/** Connections that are open or being opened. */
let pending = 0;

setInterval(() => {
  for (let count = 0; count < perTick && pending < plan.connections; count += 1) open(state.attempts);
}, TICK_MS);
setInterval(() => process.send?.({ ...state } satisfies FloodState), 250);
process.once('disconnect', () => process.exit());

function open(number: number): void {
  const port = plan.ports[number % plan.ports.length] ?? 0;
  const machine = number % plan.machines;
  const socket = connect({
    host: '127.0.0.1',
    port,
    localAddress: `127.0.${1 + (machine >> 7)}.${1 + (machine % 128)}`,
  });
  state.attempts += 1;
  pending += 1;
  socket.once('connect', () => {
    state.open += 1;
    socket.once('close', () => (state.open -= 1));
    if (number % 3 === 0) sendSlowly(socket);
  });
  socket.on('error', () => undefined);
  socket.on('data', () => undefined);
  socket.once('close', () => {
    pending -= 1;
    state.closed += 1;
  });
}

/** A request whose headers never end. */
function sendSlowly(socket: Socket): void {
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n');
  const timer = setInterval(() => socket.write('X-A: b\r\n'), 2_000);
  socket.once('close', () => clearInterval(timer));
}

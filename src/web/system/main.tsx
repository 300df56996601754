import '../shared/tokens.css';
import '../shared/base.css';
import '../shared/page/app.css';
import '../shared/page/tech-lane.css';
import '../shared/page/search-field.css';
import '../shared/page/page.css';
import './system.css';
import type { SystemState } from '../../contract/api/system.ts';
import { requestJson } from '../shared/server-request.ts';
import { runPage } from '../shared/page/run-page.tsx';
import { createAuditReader } from './audit-reader.ts';
import { SystemPage } from './system-page.tsx';

const EVERY_MS = 2000;

let state: SystemState | null = null;
let isLive = true;
const audit = createAuditReader(() => page.draw());
const page = await runPage('system', (view) => <SystemPage {...{ view, state, isLive, audit }} />);

async function ask(): Promise<void> {
  const answer = await requestJson<SystemState>('/api/system', { isBackground: true }).catch(() => null);
  isLive = answer !== null;
  state = answer ?? state;
  if (answer !== null) page.correctClock(answer.serverTime);
  page.draw();
}

await Promise.all([ask(), audit.find('')]);
setInterval(() => void ask(), EVERY_MS);

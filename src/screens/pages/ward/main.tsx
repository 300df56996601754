import '../tokens.css';
import '../base.css';
import './ward.css';
import './rows.css';
import './arrival.css';
import './who.css';
import './paper.css';
import './small.css';
import './small-takeover.css';
import { takeDisplayId } from './display-id.ts';
import { readFacts } from './read-facts.ts';
import { runDisplay } from './run-display.tsx';
import { createServerClock } from './server-clock.ts';

const ward = decodeURIComponent(location.pathname.split('/')[2] ?? '');
const root = document.querySelector<HTMLElement>('#display') ?? document.body;
const [facts, display] = await Promise.all([readFacts(ward), takeDisplayId()]);
root.replaceChildren();
runDisplay({ root, facts, display, clock: createServerClock(facts.serverTime) });

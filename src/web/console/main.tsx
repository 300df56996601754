import '../shared/tokens.css';
import '../shared/base.css';
import '../shared/page/app.css';
import '../shared/page/tech-lane.css';
import '../shared/page/search-field.css';
import './list/list.css';
import './viewer/view.css';
import './rail/rail.css';
import { fetchMe } from '../shared/server-request.ts';
import { readConsoleFacts } from '../shared/page/read-console-facts.ts';
import { runConsole } from './run-console.tsx';

const root = document.querySelector<HTMLElement>('#console') ?? document.body;
const [facts, me] = await Promise.all([readConsoleFacts(), fetchMe()]);
root.replaceChildren();
runConsole({ root, facts, me });

import '../tokens.css';
import '../base.css';
import './console.css';
import './list.css';
import './view.css';
import './rail.css';
import { whoAmI } from '../ask-server.ts';
import { readConsoleFacts } from './read-console-facts.ts';
import { runConsole } from './run-console.tsx';

const root = document.querySelector<HTMLElement>('#console') ?? document.body;
const [facts, me] = await Promise.all([readConsoleFacts(), whoAmI()]);
root.replaceChildren();
runConsole({ root, facts, me });

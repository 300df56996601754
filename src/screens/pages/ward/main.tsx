import '../tokens.css';
import '../base.css';
import './ward.css';
import './rows.css';
import './arrival.css';
import './who.css';
import './paper.css';
import './small.css';
import './small-takeover.css';
import './film.css';
import { keepAwake } from './keep-awake.ts';
import { keepCopy } from './keep-copy.ts';
import { runDisplay } from './run-display.tsx';

const ward = decodeURIComponent(location.pathname.split('/')[2] ?? '');
const root = document.querySelector<HTMLElement>('#display') ?? document.body;
runDisplay(root, ward, () => {
  keepCopy();
  keepAwake();
});

import type { JSX } from 'preact';
import { AlertList } from './alerts/alert-list.tsx';
import { Arrival } from './takeover/arrival.tsx';
import { useDisplay } from './display-context.ts';
import { Foot } from './layout/foot.tsx';
import { Head } from './layout/head.tsx';
import { Lane } from './layout/lane.tsx';
import { NotLiveScreen } from './layout/not-live-screen.tsx';
import { Quiet } from './layout/quiet.tsx';
import { laneOf } from './state/lane-of.ts';
import { screenOf } from './state/screen-of.ts';
import { NameChoice } from './acknowledge/name-choice.tsx';

/** The whole ward display, drawn from what it knows at this moment. */
export function WardDisplay(): JSX.Element {
  const { state, now } = useDisplay();
  const screen = screenOf(state, now);
  const lane = laneOf(state);
  switch (screen.kind) {
    case 'not-live':
      return <NotLiveScreen screen={screen} />;
    case 'name-choice':
      return <NameChoice key={screen.alert.id} alert={screen.alert} />;
    case 'arrival':
      return <Arrival key={screen.alert.id} alert={screen.alert} others={screen.others} />;
    case 'alerts':
    case 'quiet':
      return (
        <main class={`screen ${screen.kind}-screen`} data-live="yes">
          <Head />
          {screen.kind === 'quiet' ? <Quiet seen={screen.seen} /> : <AlertList screen={screen} />}
          {lane === null ? <i /> : <Lane lane={lane} />}
          <Foot hasLastImage={screen.kind === 'alerts'} />
        </main>
      );
  }
}

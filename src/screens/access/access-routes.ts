import type { Asker } from '../asker.ts';
import type { Doorkeeper } from '../doorkeeper.ts';
import type { Route } from '../route.ts';
import type { Me } from './me.ts';

/** Who am I. */
export function accessRoutes(doorkeeper: Doorkeeper): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/api/me',
      least: 'display',
      handle: (asked) => meOf(asked.asker, doorkeeper.csrfToken(asked)),
    },
  ];
}

function meOf(asker: Asker, csrfToken: string): Me {
  return {
    kind: asker.kind,
    name: asker.kind === 'anyone' ? '' : asker.name,
    role: asker.kind === 'person' ? asker.role : asker.kind === 'anyone' ? 'admin' : null,
    ward: asker.kind === 'display' ? asker.ward : null,
    csrfToken,
  };
}

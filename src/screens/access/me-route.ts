import type { Principal } from './principal.ts';
import type { Route } from '../route.ts';
import type { Me } from '../../contract/api/access.ts';

/** The principal that uses the page. */
export function meRoute(): Route {
  return {
    method: 'GET',
    path: '/api/me',
    minimumRole: 'display',
    handle: ({ principal, csrfToken }): Me => ({ ...described(principal), csrfToken }),
  };
}

function described(principal: Principal): Omit<Me, 'csrfToken'> {
  switch (principal.kind) {
    case 'anyone':
      return { kind: 'anyone', name: '', role: 'admin', ward: null, displayId: null };
    case 'person':
      return { ...principal, ward: null };
    case 'display':
      return {
        kind: 'display',
        name: principal.name,
        role: null,
        ward: principal.ward,
        displayId: principal.id,
      };
  }
}

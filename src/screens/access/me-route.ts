import type { Principal } from './principal.ts';
import type { Route } from '../route.ts';
import type { Me } from '../../contract/api/access.ts';

/** Who a page is seen by. */
export function meRoute(): Route {
  return {
    method: 'GET',
    path: '/api/me',
    minimumRole: 'display',
    handle: ({ principal: asker, csrfToken }): Me => ({ ...described(asker), csrfToken }),
  };
}

function described(asker: Principal): Omit<Me, 'csrfToken'> {
  switch (asker.kind) {
    case 'anyone':
      return { kind: 'anyone', name: '', role: 'admin', ward: null, displayId: null };
    case 'person':
      return { ...asker, ward: null };
    case 'display':
      return { kind: 'display', name: asker.name, role: null, ward: asker.ward, displayId: asker.id };
  }
}

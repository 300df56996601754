import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { isBonewatchError } from '../../contract/errors.ts';
import type { Sessions } from '../../store/access/sessions.ts';
import type { Users } from '../../store/access/users.ts';
import type { Principal } from './principal.ts';
import { pageRoute } from '../page-route.ts';
import type { RouteRequest, Route } from '../route.ts';
import type { RecordAudit } from './audit-recorder.ts';
import type { Cookies } from './cookies.ts';
import { checkPassword } from './check-password.ts';
import { hashPassword } from './password-hash.ts';
import type { SignIn } from './sign-in.ts';
import type { SiteFacts } from '../../contract/api/access.ts';

export interface SignInRoutesDeps {
  readonly site: SiteFacts & { readonly id: string };
  readonly users: Pick<Users, 'setPassword'>;
  readonly sessions: Pick<Sessions, 'end'>;
  readonly cookies: Cookies;
  readonly signIn: SignIn;
  readonly recordAudit: RecordAudit;
}

const credentials = z.strictObject({
  name: z.string().min(1).max(200),
  password: z.string().min(1).max(400),
});
const passwords = z.strictObject({ password: z.string().min(1).max(400), newPassword: z.string().max(400) });

/** Sign-in, sign-out, and changing one's own password. */
export function signInRoutes(deps: SignInRoutesDeps): readonly Route[] {
  return [
    pageRoute('/sign-in', 'account/sign-in.html', 'anonymous'),
    {
      method: 'GET',
      path: '/api/site',
      minimumRole: 'anonymous',
      handle: (): SiteFacts => ({ name: deps.site.name, language: deps.site.language }),
    },
    pageRoute('/account', 'account/account.html', 'viewer'),
    {
      method: 'POST',
      path: '/api/sign-in',
      minimumRole: 'anonymous',
      handle: (request, reply) => signIn(request, reply, deps),
    },
    {
      method: 'POST',
      path: '/api/sign-out',
      minimumRole: 'viewer',
      handle: (request, reply) => signOut(request, reply, deps),
    },
    {
      method: 'POST',
      path: '/api/password',
      minimumRole: 'viewer',
      handle: (request, reply) => changePassword(request, reply, deps),
    },
  ];
}

async function signIn(
  { body, address, headers }: RouteRequest<Principal | null>,
  reply: FastifyReply,
  { signIn: service, sessions, cookies }: SignInRoutesDeps,
): Promise<FastifyReply> {
  const given = credentials.safeParse(body);
  if (!given.success) return reply.code(400).send({ error: 'invalid' });
  const answer = await service.signIn({ ...given.data, address });
  if (answer.token === null) return refuse(reply, answer.waitMs);
  const before = cookies.read(headers, 'session');
  if (before !== undefined) sessions.end(before);
  return reply.header('set-cookie', cookies.set('session', answer.token)).code(204).send();
}

function signOut(
  { principal, headers }: RouteRequest,
  reply: FastifyReply,
  { sessions, cookies, recordAudit }: SignInRoutesDeps,
): FastifyReply {
  const token = cookies.read(headers, 'session');
  if (token !== undefined) sessions.end(token);
  if (principal.kind === 'person') recordAudit(principal, { kind: 'signed-out', subject: 'sign-in' });
  return reply.header('set-cookie', cookies.clear('session')).code(204).send();
}

/** Ends all sessions of the person, including this one. */
async function changePassword(
  { principal, body, address }: RouteRequest,
  reply: FastifyReply,
  { signIn, site, users, cookies, recordAudit }: SignInRoutesDeps,
): Promise<FastifyReply> {
  const given = passwords.safeParse(body);
  if (!given.success || principal.kind !== 'person') return reply.code(400).send({ error: 'invalid' });
  const { password, newPassword } = given.data;
  try {
    await checkPassword(newPassword, { name: principal.name, site });
  } catch (error) {
    if (!isBonewatchError(error, 'USER_INVALID')) throw error;
    return reply.code(400).send({ error: 'weak-password' });
  }
  const { user, waitMs } = await signIn.verify({ name: principal.name, password, address });
  if (user === null) return refuse(reply, waitMs);
  users.setPassword(user.name, await hashPassword(newPassword));
  recordAudit(principal, { kind: 'password-changed', subject: user.name });
  return reply.header('set-cookie', cookies.clear('session')).code(204).send();
}

/** Not 401, which means not signed in: the pages answer that with the sign-in page, which is already open. */
function refuse(reply: FastifyReply, waitMs: number): FastifyReply {
  if (waitMs === 0) return reply.code(403).send({ error: 'wrong-password' });
  const seconds = Math.ceil(waitMs / 1000);
  return reply.code(429).header('retry-after', seconds).send({ error: 'wait', seconds });
}

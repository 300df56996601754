import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { pageRoute, sendPageFile } from '../page-route.ts';
import type { PlainPage } from '../plain-page.ts';
import type { Route, RouteRequest } from '../route.ts';
import type { RecordAudit } from '../access/audit-recorder.ts';
import type { WardFacts } from '../../contract/api/ward.ts';
import { plainWordsFor } from '../plain-words.ts';

export interface WardRoutesOptions {
  readonly site: {
    readonly id: string;
    readonly name: string;
    readonly timezone: string;
    readonly language: 'ko' | 'en';
  };
  /** Id of the device whose alerts the wards see. */
  readonly device: string;
  readonly wards: readonly ScreenWard[];
  /** Extension of the radiography room, shown when a display is cut off; empty: none. */
  readonly phone: string;
  /** When displays are dimmed, such as 22:00 to 06:00; never by default. */
  readonly night?: NonNullable<WardFacts['night']>;
  /** Where displays reach the broker; null: at `/mqtt` of this server. */
  readonly websocketUrl: string | null;
  readonly protocolVersion: 'auto' | 4 | 5;
  readonly now: () => Date;
}

interface ScreenWard {
  readonly id: string;
  readonly formerly: readonly string[];
  readonly name: string;
  readonly detail: string;
  readonly staff: readonly Member[];
}

/** A member of the staff, with the number of the badge if badges are scanned. */
type Member = string | { readonly name: string; readonly badge: string };

const badgeSchema = z.object({ code: z.string().min(1).max(64) });

interface PageDeps {
  readonly options: WardRoutesOptions;
  readonly plain: PlainPage;
}

interface WardRoutesDeps {
  readonly plain: PlainPage;
  readonly recordAudit: RecordAudit;
}

/** The front page, the ward displays, and the facts that a display needs before it can connect. */
export function wardRoutes(
  options: WardRoutesOptions,
  { plain, recordAudit }: WardRoutesDeps,
): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/',
      minimumRole: 'display',
      handle: (request, reply) => sendFrontPage(request, reply, { options, plain }),
    },
    {
      method: 'GET',
      path: '/ward/:ward',
      minimumRole: 'display',
      checksWard: true,
      handle: (request, reply) => sendWardPage(request, reply, options),
    },
    {
      method: 'GET',
      path: '/api/time',
      minimumRole: 'display',
      handle: () => ({ now: options.now().toISOString() }),
    },
    {
      method: 'GET',
      path: '/api/ward/:ward',
      minimumRole: 'display',
      checksWard: true,
      handle: (request, reply) => showWard(request, reply, { options, recordAudit }),
    },
    {
      method: 'POST',
      path: '/api/ward/:ward/badge',
      minimumRole: 'display',
      handle: ({ body }, reply) => findBadge(body, reply, options),
    },
    pageRoute('/ward-worker.js', 'ward-worker.js', 'anonymous'),
  ];
}

/** All wards, or for a display only its own. */
function sendFrontPage(
  { principal }: RouteRequest,
  reply: FastifyReply,
  { options, plain }: PageDeps,
): FastifyReply {
  const wards = options.wards.filter(({ id }) => principal.kind !== 'display' || principal.ward === id);
  const links = wards.map(({ id, name, detail }) => ({ href: `/ward/${id}`, text: name, detail }));
  return plain.send(reply, plainWordsFor(options.site.language).chooseWard, links);
}

/**
 * The display of a ward. Of an unknown ward it is the same page with status 404: it states that, and shows the ward as
 * soon as there is one. A former address leads to the ward that takes over.
 */
function sendWardPage(
  { principal, params }: RouteRequest,
  reply: FastifyReply,
  options: WardRoutesOptions,
): FastifyReply {
  const ward = findWard(options, params['ward']);
  if (ward !== undefined && principal.kind === 'display' && principal.ward !== ward.id)
    return reply.code(403).send({ error: 'forbidden' });
  const heir = findHeir(options, params['ward']);
  if (heir !== undefined) return reply.header('cache-control', 'no-store').redirect(`/ward/${heir.id}`);
  return sendPageFile(ward === undefined ? reply.code(404) : reply, 'ward/index.html');
}

function showWard(
  { principal, params }: RouteRequest,
  reply: FastifyReply,
  { options, recordAudit }: { readonly options: WardRoutesOptions; readonly recordAudit: RecordAudit },
): WardFacts | FastifyReply {
  const heir = findHeir(options, params['ward']);
  if (heir !== undefined) return reply.code(404).send({ error: 'moved' });
  const ward = findWard(options, params['ward']);
  if (ward === undefined) return reply.code(404).send({ error: 'not-found' });
  if (principal.kind === 'display' && principal.ward !== ward.id)
    return reply.code(403).send({ error: 'forbidden' });
  if (principal.kind === 'person') recordAudit(principal, { kind: 'ward-viewed', subject: ward.id });
  return factsOf(ward, options);
}

function findBadge(body: unknown, reply: FastifyReply, { wards }: WardRoutesOptions): unknown {
  const scanned = badgeSchema.safeParse(body);
  const name = scanned.success ? ownerOf(scanned.data.code, wards) : undefined;
  return name === undefined ? reply.code(404).send({ error: 'not-found' }) : { name };
}

function findWard({ wards }: WardRoutesOptions, id: string | undefined): ScreenWard | undefined {
  return wards.find((ward) => ward.id === id);
}

function findHeir({ wards }: WardRoutesOptions, id: string | undefined): ScreenWard | undefined {
  return wards.find(({ formerly }) => id !== undefined && formerly.includes(id));
}

function factsOf(ward: ScreenWard, options: WardRoutesOptions): WardFacts {
  const { id, name, timezone, language } = options.site;
  return {
    site: { id, name, timezone },
    language,
    device: options.device,
    ward: { id: ward.id, name: ward.name, detail: ward.detail },
    wardNames: Object.fromEntries(options.wards.map((one) => [one.id, one.name])),
    staff: ward.staff.map(memberName),
    hasBadges: options.wards.some(({ staff }) => staff.some((member) => typeof member !== 'string')),
    phone: options.phone,
    night: options.night ?? null,
    websocketUrl: options.websocketUrl,
    protocolVersion: options.protocolVersion,
    serverTime: options.now().toISOString(),
  };
}

function memberName(member: Member): string {
  return typeof member === 'string' ? member : member.name;
}

/** The owner of a badge, of any ward: staff help out on other wards. */
function ownerOf(badge: string, wards: readonly ScreenWard[]): string | undefined {
  const members = wards.flatMap(({ staff }) => staff);
  const owner = members.find((member) => typeof member !== 'string' && member.badge === badge);
  return owner === undefined ? undefined : memberName(owner);
}

import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Principal } from '../access/principal.ts';
import { sendPageFile } from '../page-route.ts';
import type { PlainPage } from '../plain-page.ts';
import type { Route } from '../route.ts';
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
  /** When displays are dimmed, such as 22:00 to 06:00; never without it. */
  readonly night?: NonNullable<WardFacts['night']>;
  /** Where displays reach the broker; null: at `/mqtt` of this server. */
  readonly websocketUrl: string | null;
  readonly protocolVersion: 'auto' | 4 | 5;
  readonly now: () => Date;
}

interface ScreenWard {
  readonly id: string;
  readonly name: string;
  readonly detail: string;
  readonly staff: readonly Member[];
}

/** A name that is offered, with the number on the badge where that is scanned. */
type Member = string | { readonly name: string; readonly badge: string };

const badgeSchema = z.object({ code: z.string().min(1).max(64) });

/** The front page, the ward displays, and what they must know before they can connect. */
export function wardRoutes(
  options: WardRoutesOptions,
  { plain, trace }: { readonly plain: PlainPage; readonly trace: RecordAudit },
): readonly Route[] {
  const words = plainWordsFor(options.site.language);
  const find = (id: string | undefined): ScreenWard | undefined =>
    options.wards.find((ward) => ward.id === id);

  function sendFront(asker: Principal, reply: FastifyReply): FastifyReply {
    const wards = options.wards.filter(({ id }) => asker.kind !== 'display' || asker.ward === id);
    const links = wards.map(({ id, name, detail }) => ({ href: `/ward/${id}`, text: name, detail }));
    return plain.send(reply, words.chooseWard, links);
  }

  return [
    {
      method: 'GET',
      path: '/',
      minimumRole: 'display',
      handle: ({ principal: asker }, reply) => sendFront(asker, reply),
    },
    {
      method: 'GET',
      path: '/ward/:ward',
      minimumRole: 'display',
      handle: ({ params }, reply) =>
        find(params['ward']) === undefined
          ? plain.sendMissing(reply)
          : sendPageFile(reply, 'ward/index.html'),
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
      handle: ({ principal: asker, params }, reply) => {
        const ward = find(params['ward']);
        if (ward === undefined) return reply.code(404).send({ error: 'not-found' });
        if (asker.kind === 'person') trace(asker, { kind: 'ward-viewed', subject: ward.id });
        return factsOf(ward, options);
      },
    },
    {
      method: 'POST',
      path: '/api/ward/:ward/badge',
      minimumRole: 'display',
      handle: ({ body }, reply) => {
        const asked = badgeSchema.safeParse(body);
        const name = asked.success ? ownerOf(asked.data.code, options.wards) : undefined;
        return name === undefined ? reply.code(404).send({ error: 'not-found' }) : { name };
      },
    },
    {
      method: 'GET',
      path: '/ward-worker.js',
      minimumRole: 'nobody',
      handle: (_asked, reply) => sendPageFile(reply, 'ward-worker.js'),
    },
  ];
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

/** Whoever is listed on any ward may answer on every ward: people help each other out. */
function ownerOf(badge: string, wards: readonly ScreenWard[]): string | undefined {
  const members = wards.flatMap(({ staff }) => staff);
  const owner = members.find((member) => typeof member !== 'string' && member.badge === badge);
  return owner === undefined ? undefined : memberName(owner);
}

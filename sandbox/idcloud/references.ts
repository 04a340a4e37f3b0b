import { isUuid } from '../lib/check-digits.ts';
import { isMembers, textOf } from '../http/json-body.ts';
import type { Members } from '../http/json-body.ts';
import type { Reply } from '../http/reply.ts';
import type { World } from '../state.ts';
import { invalid, notFound } from './errors.ts';
import { capabilitiesOf } from './flows.ts';
import type { Journey } from './process.ts';

/** The process that a 1:1 or revalidation journey compares with, or why it cannot. */
export type ReferenceAnswer = { refusal: Reply } | { reference: Journey['reference'] };

/** `references[]`, or `bioTokenId`, which it replaces (upstream.md §4.2). An image as reference leaves no process to name. */
export function referenceOf(body: Members, flow: string, world: World): ReferenceAnswer {
  const capabilities = capabilitiesOf(flow);
  const given = firstReference(body);
  if (given === undefined) {
    // Smart revalidation may go without one: metadata comes first there (upstream.md §7.2).
    return capabilities?.has('faceMatch')
      ? { refusal: invalid('invalid bioTokenId') }
      : { reference: undefined };
  }
  if (given.type === 'REFERENCE_TYPE_IMAGE_BASE64') return { reference: undefined };
  if (given.type !== 'REFERENCE_TYPE_PROCESS_ID' || !isUuid(given.content)) {
    return { refusal: invalid('invalid bioTokenId') };
  }
  const { content } = given;
  const journey = world.journeys.get(content) ?? world.journeys.withAuthentication(content);
  if (journey) return { reference: { processId: journey.id, authenticationId: journey.authenticationId } };
  if (world.analyses.get(content)) return { reference: { processId: content, authenticationId: content } };
  return { refusal: notFound() };
}

function firstReference(body: Members): { type: string; content: string } | undefined {
  const list = body['references'];
  const first: unknown = Array.isArray(list) ? list[0] : undefined;
  if (isMembers(first)) {
    return { type: textOf(first, 'referenceType') ?? '', content: textOf(first, 'referenceContent') ?? '' };
  }
  const bioTokenId = textOf(body, 'bioTokenId');
  return bioTokenId === undefined ? undefined : { type: 'REFERENCE_TYPE_PROCESS_ID', content: bioTokenId };
}

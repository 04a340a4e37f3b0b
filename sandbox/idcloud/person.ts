import { isDuiValue } from '../lib/check-digits.ts';
import { isEmail, isMembers, textOf } from '../http/json-body.ts';
import type { Members } from '../http/json-body.ts';

/** upstream.md §4.2, without the DUI_TYPE_ prefix. */
const duiTypes = new Set(
  (
    'BR_CPF MX_CURP US_SSN BR_PASSPORT AR_PASSPORT AR_DNI NG_NIN NG_BVN CL_RUN EC_NI US_PASSPORT ' +
    'US_DRIVER_LICENSE GT_CUI UY_CI ID_NIK ZZ_EMAIL ZZ_PHONE_NUMBER'
  ).split(' '),
);

/** Said of a number with wrong check digits, and of one that belongs to nobody (upstream.md §4.6, §11). */
export const invalidDuiValue =
  'idnsv2/GetPublicID request error: rpc error: code = InvalidArgument desc = invalid dui value';

/** What is wrong with `person`, as the message of a code 3 (upstream.md §4.6), or undefined. */
export function personDefect(person: Members, optionalDocument: boolean): string | undefined {
  return documentDefect(person, optionalDocument) ?? nameDefect(person) ?? notificationsDefect(person);
}

/** The messages for a missing document are those that S3 has for setting one; creation lists none of its own. */
function documentDefect(person: Members, optionalDocument: boolean): string | undefined {
  const duiType = textOf(person, 'duiType');
  const duiValue = textOf(person, 'duiValue');
  if (duiType === undefined && duiValue === undefined && optionalDocument) return undefined;
  if (duiType === undefined || !duiTypes.has(duiType.replace('DUI_TYPE_', ''))) return 'dui_type is required';
  if (duiValue === undefined) return 'dui_value is required';
  return isDuiValue(duiType, duiValue) ? undefined : invalidDuiValue;
}

function nameDefect(person: Members): string | undefined {
  const name = textOf(person, 'friendlyName') ?? '';
  return [...name].length > 50 ? 'invalid person: friendly name exceeds 50 characters.' : undefined;
}

function notificationsDefect(person: Members): string | undefined {
  for (const channel of channelsOf(person)) {
    const defect = channelDefect(channel, textOf(person, 'email'), textOf(person, 'phone'));
    if (defect) return `invalid person: ${defect} for notification channel ${channel}`;
  }
  return undefined;
}

function channelDefect(
  channel: string,
  email: string | undefined,
  phone: string | undefined,
): string | undefined {
  if (channel === 'NOTIFICATION_CHANNEL_EMAIL') {
    if (email === undefined) return 'email required';
    return isEmail(email) ? undefined : 'invalid email address';
  }
  if (channel !== 'NOTIFICATION_CHANNEL_WHATSAPP' && channel !== 'NOTIFICATION_CHANNEL_SMS')
    return 'no support';
  if (phone === undefined) return 'phone number required';
  return phone.length === 13 ? undefined : 'phone number does not contain 13 chars';
}

/** The channels asked for; an element that is no channel keeps its place as an empty word, to be refused. */
export function channelsOf(person: Members): string[] {
  const asked = person['notifications'];
  if (!Array.isArray(asked)) return [];
  return asked.map((one: unknown) => (isMembers(one) && textOf(one, 'notificationChannel')) || '');
}

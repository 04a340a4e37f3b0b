import { isDuiValue } from '../lib/check-digits.ts';
import { isEmailAddress } from '../lib/email-address.ts';
import { isJsonObject, textProperty } from '../http/json-body.ts';
import type { JsonObject } from '../http/json-body.ts';

/** The types of upstream.md §4.2, without the DUI_TYPE_ prefix. */
const DUI_TYPES = new Set(
  (
    'BR_CPF MX_CURP US_SSN BR_PASSPORT AR_PASSPORT AR_DNI NG_NIN NG_BVN CL_RUN EC_NI US_PASSPORT ' +
    'US_DRIVER_LICENSE GT_CUI UY_CI ID_NIK ZZ_EMAIL ZZ_PHONE_NUMBER'
  ).split(' '),
);

const MAX_NAME_CHARACTERS = 50;

/** Country, area and number (upstream.md §4.2). */
const PHONE_CHARACTERS = 13;

/** The message for a number with wrong check digits, and for a number that no person has (upstream.md §4.6, §11). */
export const INVALID_DUI_VALUE =
  'idnsv2/GetPublicID request error: rpc error: code = InvalidArgument desc = invalid dui value';

/** What a flow demands of the person. */
export type PersonRules = {
  /** The document may be set later. */
  allowsNoDocument: boolean;
  /** A contract is signed, for which the e-mail address is needed (upstream.md §4.2). */
  isSigned: boolean;
};

/** The defect of `person`, as the message of a code 3 (upstream.md §4.6), or `null`. */
export function personDefect(person: JsonObject, { allowsNoDocument, isSigned }: PersonRules): string | null {
  return (
    documentDefect(person, allowsNoDocument) ??
    nameDefect(person) ??
    notificationsDefect(person) ??
    (isSigned ? signerDefect(person) : null)
  );
}

/** The message is not published; it follows the pattern of the others. */
function signerDefect(person: JsonObject): string | null {
  return textProperty(person, 'email') === null ? 'invalid person: email required for signature' : null;
}

/**
 * The messages for a missing document are those of upstream.md §S3 for setting one; creation lists none of its own.
 */
function documentDefect(person: JsonObject, allowsNoDocument: boolean): string | null {
  const duiType = textProperty(person, 'duiType');
  const duiValue = textProperty(person, 'duiValue');
  if (duiType === null && duiValue === null && allowsNoDocument) return null;
  if (duiType === null || !DUI_TYPES.has(duiType.replace('DUI_TYPE_', ''))) return 'dui_type is required';
  if (duiValue === null) return 'dui_value is required';
  return isDuiValue(duiType, duiValue) ? null : INVALID_DUI_VALUE;
}

function nameDefect(person: JsonObject): string | null {
  const name = textProperty(person, 'friendlyName') ?? '';
  return [...name].length > MAX_NAME_CHARACTERS
    ? 'invalid person: friendly name exceeds 50 characters.'
    : null;
}

function notificationsDefect(person: JsonObject): string | null {
  for (const channel of channelsOf(person)) {
    const defect = channelDefect(channel, person);
    if (defect !== null) return `invalid person: ${defect} for notification channel ${channel}`;
  }
  return null;
}

function channelDefect(channel: string, person: JsonObject): string | null {
  switch (channel) {
    case 'NOTIFICATION_CHANNEL_EMAIL': {
      const email = textProperty(person, 'email');
      if (email === null) return 'email required';
      return isEmailAddress(email) ? null : 'invalid email address';
    }
    case 'NOTIFICATION_CHANNEL_WHATSAPP':
    case 'NOTIFICATION_CHANNEL_SMS': {
      const phone = textProperty(person, 'phone');
      if (phone === null) return 'phone number required';
      return phone.length === PHONE_CHARACTERS ? null : 'phone number does not contain 13 chars';
    }
    default:
      return 'no support';
  }
}

/** The requested channels. An element that is no channel becomes an empty text at the same index, to be refused. */
export function channelsOf(person: JsonObject): string[] {
  const notifications = person['notifications'];
  if (!Array.isArray(notifications)) return [];
  return notifications.map((one: unknown) =>
    isJsonObject(one) ? (textProperty(one, 'notificationChannel') ?? '') : '',
  );
}

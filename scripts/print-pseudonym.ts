import { readConfig } from '../src/config/config.ts';
import { tenantScope } from '../src/config/unico.ts';
import { openEncryptor } from '../src/storage/encryption/open-encryptor.ts';
import { PSEUDONYM_LABELS, pseudonymOf } from '../src/storage/encryption/pseudonym.ts';

/*
 * Prints the pseudonym that the log has for a text, with the environment variables of the deployment:
 * `npx node scripts/print-pseudonym.ts idempotency-key order-4711`. With it an operator finds the order of a log line
 * `outcome-unknown`, or the line of an order.
 */

const [given, text] = process.argv.slice(2);
const label = PSEUDONYM_LABELS.find((known) => known === given);
if (label === undefined || text === undefined) {
  console.error(`expected one of ${PSEUDONYM_LABELS.join(', ')}, and a text`);
  process.exit(1);
}
const config = readConfig(process.env);
console.log(pseudonymOf(openEncryptor(config.store.dataKey, tenantScope(config)), label, text));

import { readConfig } from '../src/config/config.ts';
import { tenantScope } from '../src/config/unico.ts';
import { openEncryptor } from '../src/storage/encryption/open-encryptor.ts';
import { pseudonymOf } from '../src/storage/encryption/pseudonym.ts';

/*
 * Prints the pseudonym that the log has for a text, with the environment variables of the deployment:
 * `npx node scripts/print-pseudonym.ts idempotency-key order-4711`. By it an operator finds the caller's order to a line
 * `outcome-unknown`, or the line to an order.
 */

const LABELS = ['idempotency-key', 'client-reference', 'caller'];

const [label = '', text] = process.argv.slice(2);
if (text === undefined || !LABELS.includes(label)) {
  console.error(`expected one of ${LABELS.join(', ')}, and a text`);
  process.exit(1);
}
const config = readConfig(process.env);
console.log(pseudonymOf(openEncryptor(config.store.dataKey, tenantScope(config)), label, text));

import { selfieBase64 } from './lib/selfie.ts';

/* `npm run --silent selfie` prints a generated selfie in base64, for the creation inputs that need one. */
console.log(selfieBase64());

import { generateKeyPairSync, type KeyObject } from 'node:crypto';

/** A new RSA private key of `bits` bits. */
export function rsaKey(bits: number): KeyObject {
  return generateKeyPairSync('rsa', { modulusLength: bits }).privateKey;
}

/** A private key in PEM, PKCS 8. */
export function pemOf(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** 32 bytes in base64, as `openssl rand -base64 32` prints them. */
export const DATA_KEY = Buffer.alloc(32, 7).toString('base64');

/** The store of a replica in production, and its key. */
export const LASTING_STORE = { STORE_URL: 'sqlite:/var/lib/identity.sqlite', DATA_KEY };

/** The variables that authenticate the router and the callers. */
export const AUTHENTICATION = {
  ROUTER_SECRET: 'my-secret',
  JWT_JWKS_URL: 'https://idp.example.com/jwks',
  JWT_ISSUER: 'https://idp.example.com',
  JWT_AUDIENCE: 'identity',
};

/** The variables of a service account in uat, with a new private key. */
export const UAT = {
  UNICO_ENVIRONMENT: 'uat',
  UNICO_ACCOUNT: 'account',
  UNICO_TENANT_ID: 'tenant',
  UNICO_PRIVATE_KEY: pemOf(rsaKey(2048)),
  UNICO_APIKEY_DOCUMENT: 'key',
};

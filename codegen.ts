import { codegen } from '@graphql-codegen/core';
import * as typescript from '@graphql-codegen/typescript';
import * as typescriptResolvers from '@graphql-codegen/typescript-resolvers';
import { parse } from 'graphql';
import { readSdl } from './src/graphql/schema/sdl.ts';
import { writeOrCheck } from './scripts/write-or-check.ts';

/*
 * Generates src/generated/resolvers.ts from schema/: `npm run codegen` writes it, `npm run codegen -- --check` fails
 * where it has drifted. The plugins are called through codegen's core, because its command line brings 75 MB that
 * this one file does not need (docs/decisions/0003-codegen-core.md).
 */

const OUTPUT = new URL('./src/generated/resolvers.ts', import.meta.url);

const config = {
  federation: true,
  useTypeImports: true,
  enumsAsTypes: true,
  immutableTypes: true,
  strictScalars: true,
  inputMaybeValue: 'T | null',
  // A nullable item of a list may be a promise, and an error instead of a nullable value is the failure of this value alone.
  maybeValue: 'T | Error | Promise<T | Error | null> | null',
  scalars: {
    ID: { input: 'string', output: 'string' },
    DateTime: 'string',
    Date: 'string',
    JSONObject: '{ readonly [member: string]: unknown }',
    _FieldSet: 'string',
    federation__Scope: 'string',
  },
  contextType: '../graphql/context.ts#Context',
  mapperTypeSuffix: 'Model',
  mappers: {
    Process: '../graphql/errors/partial-process.ts#ResolvedProcess',
    ProcessReference: '../domain/process.ts#ProcessReference',
    Company: '../domain/process.ts#Company',
    Service: '../domain/process.ts#Service',
    Person: '../domain/person.ts#Person',
    Verdict: '../domain/verdict/verdict.ts#Verdict',
    VerdictReason: '../domain/verdict/reasons.ts#VerdictReason',
    Document: '../domain/document.ts#Document',
    ReusableDocument: '../domain/reusable-document.ts#ReusableDocument',
    UserError: '../domain/user-error.ts#UserError',
    CreateProcessPayload: '../graphql/resolvers/mutation-payloads.ts#CreateProcessOutcome',
    ForgetProcessPayload: '../graphql/resolvers/mutation-payloads.ts#ForgetProcessOutcome',
    SetProcessDocumentPayload: '../graphql/resolvers/mutation-payloads.ts#SetProcessDocumentOutcome',
  },
};

const generated = await codegen({
  schema: parse(await readSdl()),
  documents: [],
  filename: OUTPUT.pathname,
  config,
  plugins: [{ add: {} }, { typescript: {} }, { 'typescript-resolvers': {} }],
  pluginMap: {
    add: { plugin: () => '/* Made by `npm run codegen` out of schema/; changes here are lost. */' },
    typescript,
    'typescript-resolvers': typescriptResolvers,
  },
});

await writeOrCheck(OUTPUT, 'codegen', generated);

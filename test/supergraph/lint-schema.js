// node lint-schema.js <folder with schema.graphql>: prints the problems that graphql-eslint finds, as JSON.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as plugin from '@graphql-eslint/eslint-plugin';
import { ESLint } from 'eslint';

const RULE = '@graphql-eslint';
const recommended = plugin.configs['flat/schema-recommended'].rules;
const [, naming] = recommended[`${RULE}/naming-convention`];

const rules = {
  ...recommended,
  [`${RULE}/naming-convention`]: [
    'error',
    {
      ...naming,
      // The purposes of a document are values of Unico, sent and returned unchanged.
      EnumValueDefinition: {
        style: 'UPPER_CASE',
        ignorePattern: '^(creditprocess|carpurchase|paybypaycheck|onboarding|fgts)$',
      },
    },
  ],
  [`${RULE}/require-description`]: [
    'error',
    {
      types: true,
      rootField: true,
      // Composition keeps the directive and drops its description.
      DirectiveDefinition: false,
      // Every subgraph extends the root types: no single one describes them.
      ignoredSelectors: ['[type=ObjectTypeDefinition][name.value=/^(Query|Mutation)$/]'],
    },
  ],
  [`${RULE}/strict-id-in-types`]: [
    'error',
    {
      acceptedIdNames: ['id'],
      acceptedIdTypes: ['ID'],
      exceptions: {
        suffixes: ['Payload'],
        // These types are parts of a process and have no id of their own.
        types: [
          'Company',
          'Document',
          'Person',
          'ProcessReference',
          'ReusableDocument',
          'RiskScore',
          'Serpro',
          'Service',
          'UserError',
          'Verdict',
          'VerdictReason',
        ],
      },
    },
  ],
};

const folder = process.argv[2];
const schema = join(folder, 'schema.graphql');
const eslint = new ESLint({
  cwd: folder,
  overrideConfigFile: true,
  overrideConfig: {
    files: ['*.graphql'],
    languageOptions: { parser: plugin.parser, parserOptions: { graphQLConfig: { schema } } },
    plugins: { [RULE]: plugin },
    rules,
  },
});
const [{ messages }] = await eslint.lintText(readFileSync(schema, 'utf8'), { filePath: schema });
console.log(JSON.stringify(messages.map(({ ruleId, line, message }) => ({ rule: ruleId, line, message }))));

# The dependencies of production alone: the image below gets neither development's nor the sandbox.
FROM node:24-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts

# TypeScript runs as it is (type stripping), so there is no build: sources and schema are the program.
FROM node:24-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=4001
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY package.json ./
COPY schema ./schema
COPY src ./src
# Where the store of STORE_URL=sqlite: is (one replica); with STORE_URL=redis://… nothing is written here.
RUN mkdir data && chown node:node data
VOLUME /app/data
USER node
EXPOSE 4001
HEALTHCHECK --interval=10s --timeout=2s --start-period=5s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/livez`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Not through npm, so that SIGTERM reaches the program itself.
CMD ["node", "--disable-sigusr1", "--no-allocation-site-pretenuring", "src/main.ts"]

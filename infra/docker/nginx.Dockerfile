# The dashboard, built and served by nginx: docker build -f infra/docker/nginx.Dockerfile .
FROM node:24-slim AS build
WORKDIR /frontend
COPY frontend/package.json frontend/package-lock.json ./
# npm 11's own `npm ci` rejects lock files that npm 11 wrote (npm/cli #9846); npm 10's does not.
RUN npx --yes npm@10 ci --no-audit --no-fund
COPY frontend ./
RUN npm run build

FROM nginx:1.29-alpine
COPY infra/nginx/default.conf /etc/nginx/conf.d/default.conf
COPY --from=build /frontend/dist /usr/share/nginx/html

// Replaces the fetch of the federation suite, which always uses port 4000 for the gateway.
module.exports = (url, options) =>
  fetch(url === 'http://localhost:4000/' ? process.env.GATEWAY_URL : url, options);

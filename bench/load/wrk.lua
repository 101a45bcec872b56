-- Sends the requests of the file that WRK_REQUESTS names, one after the other, each closed by a zero byte. At the end
-- prints one line of JSON: what was answered, and whether the requests had to be sent again from the first on.
local requests = {}
local sent = 0
local threads = {}

function setup(thread)
  table.insert(threads, thread)
end

function init()
  local file = assert(io.open(os.getenv("WRK_REQUESTS"), "rb"))
  for request in file:read("*a"):gmatch("([^%z]+)%z") do
    requests[#requests + 1] = request
  end
  file:close()
end

function request()
  sent = sent + 1
  repeated = sent > #requests
  return requests[(sent - 1) % #requests + 1]
end

function done(summary, latency)
  local errors = summary.errors
  local repeated = false
  for _, thread in ipairs(threads) do
    repeated = repeated or thread:get("repeated") == true
  end
  io.write(string.format(
    '\n{"requests":%d,"microseconds":%d,"p50":%.1f,"p99":%.1f,"status":%d,"broken":%d,"repeated":%s}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    errors.status, errors.connect + errors.read + errors.write + errors.timeout, tostring(repeated)))
end

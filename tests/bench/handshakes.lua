-- The least that a script in place of the plugin must do: list the handshake messages of each stream.
-- SPDX-License-Identifier: GPL-2.0-or-later
local names = { "tcp.stream", "tls.record.content_type", "tls.handshake.type", "tls.handshake.ciphersuite",
    "tls.handshake.extensions_server_name", "tls.handshake.certificate", "tls.alert_message.desc", "tcp.flags" }
local fields = {}
for _, name in ipairs(names) do
    fields[name] = Field.new(name)
end

local streams = {}
local proto = Proto("handshakes", "Handshakes in Lua")

function proto.dissector(_, _, _)
    local stream = fields["tcp.stream"]()
    if not stream then
        return
    end
    local seen = streams[stream.value] or {}
    streams[stream.value] = seen
    for _, name in ipairs(names) do
        for _, info in ipairs({ fields[name]() }) do
            seen[#seen + 1] = name .. "=" .. tostring(info)
        end
    end
    if #seen > 100 then
        streams[stream.value] = {}
    end
end

register_postdissector(proto)

namespace Multivisor.Supervisord.Events;

/// <summary>
/// One event as supervisord writes it to an event listener (supervisor.md section 2). All header values are text, as on the wire.
/// </summary>
public sealed record ListenerEvent
{
    /// <summary>The header's tokens in wire order: ver, server, serial, pool, poolserial, eventname, len.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Header { get; init; }

    /// <summary>The payload as sent; cut to <see cref="ListenerEventReaderOptions.MaxPayloadLength"/> octets.</summary>
    public required string Payload { get; init; }

    /// <summary>The payload was longer than the limit; <see cref="Payload"/> is its beginning.</summary>
    public bool PayloadWasCut { get; init; }

    public string Version => this["ver"];

    /// <summary>supervisord's identifier.</summary>
    public string Server => this["server"];

    /// <summary>Counts all events of this supervisord, across its restarts in the same process.</summary>
    public string Serial => this["serial"];

    /// <summary>Name of the listener's group.</summary>
    public string Pool => this["pool"];

    /// <summary>Counts the events of the listener's group: a gap tells that supervisord discarded some.</summary>
    public string PoolSerial => this["poolserial"];

    /// <summary>For example <c>PROCESS_STATE_RUNNING</c>.</summary>
    public string Name => this["eventname"];

    /// <summary>Number of characters of the payload, as announced.</summary>
    public string Length => this["len"];

    /// <summary>A header value; empty if there is none of that name.</summary>
    public string this[string name]
    {
        get
        {
            foreach (var (key, value) in Header)
            {
                if (key == name)
                    return value;
            }

            return "";
        }
    }

    /// <summary>
    /// The <c>key:value</c> pairs of the payload's first line, in order. Meaningful for every event of supervisord;
    /// data after the first line (logs, communication) is not looked at. A word without a colon is left out.
    /// </summary>
    public IReadOnlyList<KeyValuePair<string, string>> ReadPairs()
    {
        var end = Payload.IndexOf('\n');
        var pairs = new List<KeyValuePair<string, string>>(4);
        foreach (var word in (end < 0 ? Payload : Payload[..end]).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = word.IndexOf(':');
            if (colon > 0)
                pairs.Add(new(word[..colon], word[(colon + 1)..]));
        }

        return pairs;
    }
}

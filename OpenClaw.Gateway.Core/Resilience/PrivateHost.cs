using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OpenClaw.Gateway.Core.Resilience;

/// <summary>
/// One entry of <c>Security:PrivateHosts</c>: <c>*</c>, <c>host</c>, <c>host:port</c>, an address (<c>10.0.0.5</c>,
/// <c>10.0.0.5:8080</c>, <c>fd00::5</c>, <c>[fd00::5]:8080</c>) or a network (<c>10.0.0.0/8</c>). A host's name opens
/// whatever addresses it has; an address or network opens every name that leads there.
/// </summary>
public sealed record PrivateHost
{
    private readonly string? _name;
    private readonly IPNetwork? _network;
    private readonly int? _port;
    private readonly string _entry;

    private PrivateHost(string entry, string? name, IPNetwork? network, int? port) =>
        (_entry, _name, _network, _port) = (entry, name, network, port);

    /// <summary>Reads an entry; when it is wrong, <paramref name="fault"/> says why and what is allowed.</summary>
    public static bool TryParse(string? entry, [NotNullWhen(true)] out PrivateHost? host, [NotNullWhen(false)] out string? fault)
    {
        var text = entry?.Trim() ?? "";
        (host, fault) = Parse(text);
        return host is not null;
    }

    /// <summary>True when this entry opens that destination.</summary>
    internal bool Covers(string normalisedHost, IPAddress address, IPAddress unwrapped, int port)
    {
        if (_port is { } only && only != port) return false;
        if (_network is { } network) return network.Contains(address) || network.Contains(unwrapped);
        return _name is null || string.Equals(_name, normalisedHost, StringComparison.Ordinal);
    }

    /// <summary>The form in which names are compared: ASCII, lower case, without brackets and final dot.</summary>
    internal static string Normalise(string host)
    {
        var bare = host.Trim('[', ']');
        if (bare.EndsWith('.')) bare = bare[..^1];
        return ToAscii(bare)?.ToLowerInvariant() ?? bare.ToLowerInvariant();
    }

    /// <inheritdoc />
    public override string ToString() => _entry;

    private static (PrivateHost? Host, string? Fault) Parse(string text)
    {
        if (text.Length == 0) return (null, "an entry is empty; " + Allowed);
        if (text == "*") return (new(text, null, null, null), null);
        if (text.Contains("://", StringComparison.Ordinal)) return (null, $"'{text}' is a URL; write only its host, or host:port");
        if (text.Contains('*', StringComparison.Ordinal)) return (null, $"'{text}': '*' stands only alone, for everything");
        if (text.Contains('/', StringComparison.Ordinal)) return ParseNetwork(text);
        if (text[0] == '[') return ParseBracketed(text);
        return IPAddress.TryParse(text, out var address) ? Single(text, text, address, null) : ParseNamed(text);
    }

    private static (PrivateHost? Host, string? Fault) ParseNetwork(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (!IPAddress.TryParse(text.AsSpan(0, slash), out var address) ||
            !int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var bits) ||
            bits > (address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128))
            return (null, $"'{text}' is not a network; write it as in 10.0.0.0/8 or fd00::/8, without a port");
        return IPNetwork.TryParse(text, out var network) && network.BaseAddress.Equals(address)
            ? (new(text, null, network, null), null)
            : (null, $"'{text}' has bits set after its first {bits}; write the network's first address");
    }

    private static (PrivateHost? Host, string? Fault) ParseBracketed(string text)
    {
        var end = text.IndexOf(']', StringComparison.Ordinal);
        var port = (int?)null;
        if (end < 0 || !IPAddress.TryParse(text.AsSpan(1, end - 1), out var address) || address.AddressFamily != AddressFamily.InterNetworkV6)
            return (null, $"'{text}' is not an address in brackets; write it as in [fd00::5]:8080");
        if (end + 1 < text.Length && (text[end + 1] != ':' || !TryPort(text[(end + 2)..], out port))) return (null, BadPort(text));
        return Single(text, text[1..end], address, port);
    }

    private static (PrivateHost? Host, string? Fault) ParseNamed(string text)
    {
        var colon = text.LastIndexOf(':');
        var port = (int?)null;
        if (colon >= 0 && !TryPort(text[(colon + 1)..], out port)) return (null, BadPort(text));
        var host = colon < 0 ? text : text[..colon];
        if (IPAddress.TryParse(host, out var address)) return Single(text, host, address, port);
        if (host.Contains(':', StringComparison.Ordinal)) return (null, $"'{text}' is not a host; an IPv6 address with a port stands in brackets");
        return ToAscii(Normalise(host)) is { } name && Uri.CheckHostName(name) == UriHostNameType.Dns
            ? (new(text, name, null, port), null)
            : (null, $"'{text}' is not a host's name; " + Allowed);
    }

    /// <summary>An address alone. Forms such as <c>127.1</c> or <c>10</c> are refused: whoever writes them means something else.</summary>
    private static (PrivateHost? Host, string? Fault) Single(string text, string written, IPAddress address, int? port)
    {
        if (address.AddressFamily == AddressFamily.InterNetwork && address.ToString() != written)
            return (null, $"'{text}' would mean {address}; write the address in full");
        return (new(text, null, new IPNetwork(address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128), port), null);
    }

    private static bool TryPort(string text, out int? port)
    {
        port = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= 65_535 ? number : null;
        return port is not null;
    }

    private static string? ToAscii(string host)
    {
        if (host.Length == 0) return null;
        if (Ascii.IsValid(host)) return host;
        try
        {
            return new IdnMapping().GetAscii(host);
        }
        catch (ArgumentException)
        {
            return null; // no name that DNS could hold
        }
    }

    private static string BadPort(string text) => $"'{text}': a port is a number from 1 to 65535";

    private const string Allowed = "allowed are *, host, host:port, an address, address:port, [IPv6]:port, or a network such as 10.0.0.0/8";
}

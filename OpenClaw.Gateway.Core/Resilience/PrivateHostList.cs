using System.Net;

namespace OpenClaw.Gateway.Core.Resilience;

/// <summary>The parsed <c>Security:PrivateHosts</c>. Immutable; a change replaces it whole.</summary>
public sealed class PrivateHostList
{
    private readonly PrivateHost[] _entries;

    private PrivateHostList(PrivateHost[] entries) => _entries = entries;

    /// <summary>Opens nothing: tenants reach public addresses only.</summary>
    public static PrivateHostList Empty { get; } = new([]);

    /// <summary>The entries in the order in which they were given.</summary>
    public IReadOnlyList<PrivateHost> Entries => _entries;

    /// <summary>Reads all entries; <paramref name="faults"/> holds one line per wrong one, and the list is made of the others.</summary>
    public static bool TryParse(IEnumerable<string> entries, out PrivateHostList list, out IReadOnlyList<string> faults)
    {
        ArgumentNullException.ThrowIfNull(entries);
        List<PrivateHost> hosts = [];
        List<string> wrong = [];
        foreach (var entry in entries)
        {
            if (PrivateHost.TryParse(entry, out var host, out var fault)) hosts.Add(host);
            else wrong.Add(fault);
        }

        list = new([.. hosts]);
        faults = wrong;
        return wrong.Count == 0;
    }

    /// <summary>True when an entry opens that destination.</summary>
    internal bool Covers(string host, IPAddress address, int port)
    {
        if (_entries.Length == 0) return false;
        var name = PrivateHost.Normalise(host);
        var unwrapped = AddressRules.Unwrap(address);
        foreach (var entry in _entries)
        {
            if (entry.Covers(name, address, unwrapped, port)) return true;
        }

        return false;
    }
}

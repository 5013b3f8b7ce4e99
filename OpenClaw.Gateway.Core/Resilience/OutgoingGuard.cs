using System.Net;

namespace OpenClaw.Gateway.Core.Resilience;

/// <summary>
/// Decides where tenants may connect to (SSRF guard): public addresses, and what <c>Security:PrivateHosts</c> opens.
/// It judges addresses, not names, and is asked after DNS at every connection: a redirect or a name that changes its
/// address gains nothing.
/// </summary>
public sealed class OutgoingGuard(IPrivateHosts privateHosts)
{
    /// <summary>True when a connection to that address, reached by that host's name, is allowed now.</summary>
    public bool Allows(string host, IPAddress address, int port)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(address);
        return AddressRules.IsPublic(address) || privateHosts.Current.Covers(host, address, port);
    }

    /// <summary>The addresses that are allowed, in their order. None at all: <see cref="DestinationForbiddenException"/>.</summary>
    public IReadOnlyList<IPAddress> Vet(string host, IReadOnlyList<IPAddress> addresses, int port)
    {
        ArgumentNullException.ThrowIfNull(addresses);
        var allowed = addresses.Where(address => Allows(host, address, port)).ToList();
        return allowed.Count > 0 ? allowed : throw new DestinationForbiddenException(host, port, addresses[0]);
    }
}

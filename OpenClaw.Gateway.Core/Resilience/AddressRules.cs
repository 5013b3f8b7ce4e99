using System.Net;
using System.Net.Sockets;

namespace OpenClaw.Gateway.Core.Resilience;

/// <summary>
/// Which addresses are public: the special-purpose registries of RFC 6890 and its updates. IPv6 is public only where
/// addresses are given out (2000::/3), so that what is reserved today stays refused.
/// </summary>
internal static class AddressRules
{
    private static readonly IPNetwork Mapped6To4 = IPNetwork.Parse("2002::/16");
    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");
    private static readonly IPNetwork GlobalV6 = IPNetwork.Parse("2000::/3");

    private static readonly IPNetwork[] SpecialV4 =
    [
        IPNetwork.Parse("0.0.0.0/8"), // this host
        IPNetwork.Parse("10.0.0.0/8"), // private
        IPNetwork.Parse("100.64.0.0/10"), // carrier-grade NAT
        IPNetwork.Parse("127.0.0.0/8"), // loopback
        IPNetwork.Parse("169.254.0.0/16"), // link-local, clouds' metadata
        IPNetwork.Parse("172.16.0.0/12"), // private
        IPNetwork.Parse("192.0.0.0/24"), // protocol assignments
        IPNetwork.Parse("192.0.2.0/24"), // documentation
        IPNetwork.Parse("192.88.99.0/24"), // 6to4 relays
        IPNetwork.Parse("192.168.0.0/16"), // private
        IPNetwork.Parse("198.18.0.0/15"), // benchmarks
        IPNetwork.Parse("198.51.100.0/24"), // documentation
        IPNetwork.Parse("203.0.113.0/24"), // documentation
        IPNetwork.Parse("224.0.0.0/4"), // multicast
        IPNetwork.Parse("240.0.0.0/4"), // reserved, broadcast
    ];

    private static readonly IPNetwork[] SpecialV6 =
    [
        IPNetwork.Parse("2001::/23"), // protocol assignments: Teredo, ORCHID, benchmarks
        IPNetwork.Parse("2001:db8::/32"), // documentation
        IPNetwork.Parse("3fff::/20"), // documentation
    ];

    /// <summary>True when anybody on the internet could mean this address.</summary>
    public static bool IsPublic(IPAddress address)
    {
        var inner = Unwrap(address);
        return inner.AddressFamily switch
        {
            AddressFamily.InterNetwork => !Contains(SpecialV4, inner),
            AddressFamily.InterNetworkV6 => GlobalV6.Contains(inner) && !Contains(SpecialV6, inner),
            _ => false,
        };
    }

    /// <summary>The IPv4 address that an IPv6 one leads to (IPv4-mapped, 6to4, NAT64), else the address itself.</summary>
    public static IPAddress Unwrap(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return address;
        if (address.IsIPv4MappedToIPv6) return address.MapToIPv4();
        if (Mapped6To4.Contains(address)) return new(address.GetAddressBytes().AsSpan(2, 4));
        return Nat64.Contains(address) ? new(address.GetAddressBytes().AsSpan(12, 4)) : address;
    }

    private static bool Contains(IPNetwork[] networks, IPAddress address)
    {
        foreach (var network in networks)
        {
            if (network.Contains(address)) return true;
        }

        return false;
    }
}

using System.Net;
using OpenClaw.Gateway.Core.Resilience;

namespace OpenClaw.Core.Tests.Resilience;

public sealed class OutgoingGuardTests
{
    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("8.8.8.8")]
    [InlineData("9.255.255.255")]
    [InlineData("11.0.0.0")]
    [InlineData("100.63.255.255")]
    [InlineData("100.128.0.0")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.0")]
    [InlineData("192.167.255.255")]
    [InlineData("192.169.0.0")]
    [InlineData("223.255.255.255")]
    [InlineData("2606:4700:4700::1111")]
    [InlineData("2a00:1450:4001::1")]
    [InlineData("::ffff:8.8.8.8")]
    [InlineData("64:ff9b::808:808")]
    [InlineData("2002:808:808::1")]
    public void Allows_PublicAddress_True(string address) => Assert.True(Guard().Allows("example.com", IPAddress.Parse(address), 443));

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("0.1.2.3")]
    [InlineData("10.0.0.1")]
    [InlineData("10.255.255.255")]
    [InlineData("100.64.0.1")]
    [InlineData("100.127.255.255")]
    [InlineData("127.0.0.1")]
    [InlineData("127.255.255.254")]
    [InlineData("169.254.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.0.0.8")]
    [InlineData("192.0.2.1")]
    [InlineData("192.88.99.1")]
    [InlineData("192.168.1.1")]
    [InlineData("198.18.0.1")]
    [InlineData("198.19.255.255")]
    [InlineData("198.51.100.7")]
    [InlineData("203.0.113.7")]
    [InlineData("224.0.0.1")]
    [InlineData("239.255.255.255")]
    [InlineData("240.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::7f00:1")] // IPv4-compatible, long given up
    [InlineData("fc00::1")]
    [InlineData("fd12:3456::1")]
    [InlineData("fe80::1")]
    [InlineData("fe80::1%3")]
    [InlineData("fec0::1")] // site-local
    [InlineData("ff02::1")]
    [InlineData("100::1")] // discard
    [InlineData("2001::1")] // Teredo
    [InlineData("2001:db8::1")]
    [InlineData("3fff::1")]
    [InlineData("5f00::1")] // segment routing
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:a9fe:a9fe")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("64:ff9b::a9fe:a9fe")]
    [InlineData("64:ff9b:1::808:808")] // NAT64 of a network's own
    [InlineData("2002:7f00:1::1")]
    [InlineData("2002:c0a8:101::1")]
    public void Allows_AddressThatIsNotPublic_False(string address) => Assert.False(Guard().Allows("example.com", IPAddress.Parse(address), 443));

    [Theory]
    [InlineData("*", "anything", "169.254.169.254", 80, true)]
    [InlineData("localhost", "localhost", "127.0.0.1", 8080, true)]
    [InlineData("localhost", "LOCALHOST.", "::1", 8080, true)]
    [InlineData("LocalHost.", "localhost", "::1", 8080, true)]
    [InlineData("localhost", "127.0.0.1", "127.0.0.1", 8080, false)]
    [InlineData("localhost:8080", "localhost", "127.0.0.1", 8080, true)]
    [InlineData("localhost:8080", "localhost", "127.0.0.1", 8081, false)]
    [InlineData("ollama.lan", "evil-ollama.lan", "10.0.0.1", 80, false)]
    [InlineData("bücher.lan", "xn--bcher-kva.lan", "10.0.0.1", 80, true)]
    [InlineData("my_service", "my_service", "10.0.0.1", 80, true)]
    [InlineData("127.0.0.1", "localhost", "127.0.0.1", 1, true)]
    [InlineData("127.0.0.1", "localhost", "127.0.0.2", 1, false)]
    [InlineData("127.0.0.1", "localhost", "::ffff:127.0.0.1", 1, true)]
    [InlineData("127.0.0.1:5000", "127.0.0.1", "127.0.0.1", 5000, true)]
    [InlineData("127.0.0.1:5000", "127.0.0.1", "127.0.0.1", 5001, false)]
    [InlineData("::1", "::1", "::1", 9, true)]
    [InlineData("[::1]", "::1", "::1", 9, true)]
    [InlineData("[::1]:9", "::1", "::1", 9, true)]
    [InlineData("[::1]:9", "::1", "::1", 10, false)]
    [InlineData("10.0.0.0/8", "db.lan", "10.200.1.1", 5432, true)]
    [InlineData("10.0.0.0/8", "db.lan", "11.0.0.1", 5432, true)] // public anyway
    [InlineData("10.0.0.0/8", "db.lan", "172.16.0.1", 5432, false)]
    [InlineData("10.0.0.0/8", "db.lan", "64:ff9b::a00:1", 5432, true)]
    [InlineData("fc00::/7", "db.lan", "fd00::1", 5432, true)]
    [InlineData("fc00::/7", "db.lan", "fe80::1", 5432, false)]
    [InlineData("0.0.0.0/0", "db.lan", "192.168.0.1", 1, true)]
    [InlineData("0.0.0.0/0", "db.lan", "fd00::1", 1, false)]
    public void Allows_WithAnEntry_OnlyWhatItOpens(string entry, string host, string address, int port, bool allowed) =>
        Assert.Equal(allowed, Guard(entry).Allows(host, IPAddress.Parse(address), port));

    [Fact]
    public void Allows_ListReplaced_AtOnce()
    {
        var hosts = new PrivateHosts(PrivateHostList.Empty);
        var guard = new OutgoingGuard(hosts);
        Assert.False(guard.Allows("localhost", IPAddress.Loopback, 80));

        Assert.True(PrivateHostList.TryParse(["localhost"], out var list, out _));
        hosts.Replace(list);
        Assert.True(guard.Allows("localhost", IPAddress.Loopback, 80));

        hosts.Replace(PrivateHostList.Empty);
        Assert.False(guard.Allows("localhost", IPAddress.Loopback, 80));
    }

    [Fact]
    public void Vet_SomeAllowed_ThoseInOrder()
    {
        IPAddress[] addresses = [IPAddress.Parse("10.0.0.1"), IPAddress.Parse("8.8.8.8"), IPAddress.Parse("::1"), IPAddress.Parse("1.1.1.1")];

        Assert.Equal([addresses[1], addresses[3]], Guard().Vet("mixed.example", addresses, 80));
    }

    [Fact]
    public void Vet_NoneAllowed_SaysHostAddressAndKey()
    {
        var e = Assert.Throws<DestinationForbiddenException>(() => Guard().Vet("metadata.example", [IPAddress.Parse("169.254.169.254")], 80));

        Assert.Contains("metadata.example", e.Message, StringComparison.Ordinal);
        Assert.Contains("169.254.169.254", e.Message, StringComparison.Ordinal);
        Assert.Contains("Security:PrivateHosts", e.Message, StringComparison.Ordinal);
    }

    private static OutgoingGuard Guard(params string[] entries)
    {
        Assert.True(PrivateHostList.TryParse(entries, out var list, out var faults), string.Join("; ", faults));
        return new(new PrivateHosts(list));
    }
}

using OpenClaw.Gateway.Core.Resilience;

namespace OpenClaw.Core.Tests.Resilience;

public sealed class PrivateHostTests
{
    [Theory]
    [InlineData("", "empty")]
    [InlineData("  ", "empty")]
    [InlineData("http://localhost", "URL")]
    [InlineData("*.lan", "alone")]
    [InlineData("localhost:", "port")]
    [InlineData("localhost:0", "port")]
    [InlineData("localhost:65536", "port")]
    [InlineData("localhost:http", "port")]
    [InlineData("10.0.0.0/33", "network")]
    [InlineData("10.0.0.0/-1", "network")]
    [InlineData("10.0.0.0/", "network")]
    [InlineData("10.0.0.0/8:80", "network")]
    [InlineData("lan/8", "network")]
    [InlineData("fd00::/129", "network")]
    [InlineData("10.0.0.1/8", "bits")]
    [InlineData("10", "in full")]
    [InlineData("127.1", "in full")]
    [InlineData("127.1:80", "in full")]
    [InlineData("0x7f000001", "in full")]
    [InlineData("2130706433", "in full")]
    [InlineData("[::1", "brackets")]
    [InlineData("[127.0.0.1]:80", "brackets")]
    [InlineData("[::1]80", "port")]
    [InlineData("[::1]:", "port")]
    [InlineData("a b", "name")]
    [InlineData("a,b", "name")]
    [InlineData("a..b", "name")]
    [InlineData(".", "name")]
    public void TryParse_WrongEntry_SaysWhy(string entry, string word)
    {
        Assert.False(PrivateHost.TryParse(entry, out _, out var fault));
        Assert.Contains(word, fault, StringComparison.Ordinal);
    }

    [Fact]
    public void TryParse_ListWithWrongEntries_OneFaultEach()
    {
        Assert.False(PrivateHostList.TryParse(["localhost", "10.0.0.1/8", "http://x"], out var list, out var faults));

        Assert.Equal(2, faults.Count);
        Assert.Equal("localhost", Assert.Single(list.Entries).ToString());
    }
}

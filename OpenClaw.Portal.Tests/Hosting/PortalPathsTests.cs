using OpenClaw.Portal.Hosting;

namespace OpenClaw.Portal.Tests.Hosting;

public sealed class PortalPathsTests
{
    [Theory]
    [InlineData("/", true)]
    [InlineData("/t/acme/overview?x=1", true)]
    [InlineData("//evil.example", false)]
    [InlineData("/\\evil.example", false)]
    [InlineData("https://evil.example", false)]
    [InlineData("/\r\nLocation: x", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void IsLocal_Address_OnlyPathsOfThisSite(string? url, bool expected) => Assert.Equal(expected, PortalPaths.IsLocal(url));
}

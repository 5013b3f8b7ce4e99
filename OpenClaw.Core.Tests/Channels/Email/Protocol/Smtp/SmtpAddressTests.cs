using OpenClaw.Gateway.Core.Channels.Email.Protocol.Smtp;

namespace OpenClaw.Core.Tests.Channels.Email.Protocol.Smtp;

public sealed class SmtpAddressTests
{
    [Theory]
    [InlineData("bob@example.org", "bob@example.org")]
    [InlineData("Bob.O'Neil+tag@Example.ORG", "Bob.O'Neil+tag@example.org")]
    [InlineData("root@localhost", "root@localhost")]
    [InlineData("jürgen@bücher.example", "jürgen@xn--bcher-kva.example")]
    public void TryParse_Address_IsTaken(string text, string address)
    {
        Assert.True(SmtpAddress.TryParse(text, out var parsed));
        Assert.Equal(address, parsed.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("bob")]
    [InlineData("@example.org")]
    [InlineData("bob@")]
    [InlineData("bob@example..org")]
    [InlineData("bob@example.org\r\nRCPT TO:<eve@example.org>")]
    [InlineData("bob\r\n@example.org")]
    [InlineData("bob@example.org\n")]
    [InlineData("bob\0@example.org")]
    [InlineData("bob>@example.org")]
    [InlineData("bob smith@example.org")]
    [InlineData("\"bob smith\"@example.org")]
    [InlineData("Bob <bob@example.org>")]
    [InlineData("bob@example.org> SIZE=1")]
    [InlineData("bob@exa mple.org")]
    [InlineData("bob@-example.org")]
    [InlineData("bob@[127.0.0.1]")]
    [InlineData(".bob@example.org")]
    [InlineData("bob.@example.org")]
    [InlineData("b\u200Eob@example.org")]
    [InlineData("b\u2028ob@example.org")]
    [InlineData("b\uD83Dob@example.org")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@example.org")]
    public void TryParse_AnythingElse_IsRefused(string? text) => Assert.False(SmtpAddress.TryParse(text, out _));
}

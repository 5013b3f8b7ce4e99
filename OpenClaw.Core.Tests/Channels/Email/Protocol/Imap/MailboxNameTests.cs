using FsCheck;
using FsCheck.Fluent;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Imap;

namespace OpenClaw.Core.Tests.Channels.Email.Protocol.Imap;

public sealed class MailboxNameTests
{
    [Theory]
    [InlineData("INBOX", "INBOX")]
    [InlineData("", "")]
    [InlineData("a&b", "a&-b")]
    [InlineData("&", "&-")]
    [InlineData("~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-")]
    [InlineData("über\r\nx", "&APw-ber&AA0ACg-x")]
    [InlineData("🐎", "&2D3cDg-")]
    public void Encode_Name_IsDecodedAgain(string name, string encoded)
    {
        Assert.Equal(encoded, MailboxName.Encode(name));
        Assert.Equal(name, MailboxName.Decode(encoded));
    }

    [Theory]
    [InlineData("&AEkATgBCAE8AWA-")]
    [InlineData("&U,BTFw")]
    [InlineData("&=-")]
    [InlineData("&AAAA-")]
    [InlineData("a & b")]
    [InlineData("plain ü")]
    public void Decode_AnotherSpelling_StaysAsItIs(string raw) => Assert.Equal(raw, MailboxName.Decode(raw));

    [Fact]
    public void Encode_AnyText_IsOnePrintableLineAndComesBack() => Prop.ForAll<string>(text =>
    {
        text ??= "";
        var encoded = MailboxName.Encode(text);
        return encoded.All(c => c is >= ' ' and <= '~') && (MailboxName.Decode(encoded) == text || text.Any(char.IsSurrogate));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void UidSet_AnyNumbers_NamesExactlyThese() => Prop.ForAll<uint[]>(numbers =>
    {
        numbers = [.. (numbers ?? []).Where(n => n > 0).Select(n => n % 500 + 1)];
        return UidSet.Of(numbers, 20).SelectMany(UidSet.Expand).SequenceEqual(numbers.Distinct().Order());
    }).QuickCheckThrowOnFailure();
}

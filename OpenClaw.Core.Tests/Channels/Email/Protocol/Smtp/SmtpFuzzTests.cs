using System.Text;
using FsCheck;
using FsCheck.Fluent;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Smtp;

namespace OpenClaw.Core.Tests.Channels.Email.Protocol.Smtp;

/// <summary>Anything from the server, and anything from those who give addresses and ids.</summary>
public sealed class SmtpFuzzTests
{
    private static readonly string[] Pieces = ["250", "354", "421", "-", " ", "\r\n", "\n", "\r", "\0", "5.1.1", "EHLO", "\u00ff", "999", "25", "SIZE 99999999999999999999", "AUTH", "=", "\t", "ü"];

    [Fact]
    public void ReadAsync_AnyBytes_IsRepliesOrAFaultOfProtocol() =>
        Prop.ForAll(Gen.ArrayOf(Gen.OneOf(Gen.Elements(Pieces), ArbMap.Default.GeneratorFor<string>().Select(s => s ?? ""))).Select(string.Concat).ToArbitrary(), said =>
        {
            using var stream = new MemoryStream(Encoding.Latin1.GetBytes(said));
            var reader = new SmtpReplyReader(stream);
            try
            {
                while (reader.ReadAsync(CancellationToken.None).GetAwaiter().GetResult() is var reply)
                {
                    Assert.InRange(reply.Code, 200, 599);
                    Assert.DoesNotContain('\n', reply.ToString());
                    Assert.True(new SmtpCapabilities(reply.Lines).MaxSize is null or > 0);
                }
            }
            catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
            {
                // what is no reply
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Commands_OfAnyAddressAndId_AreOneLineEach()
    {
        var text = Gen.OneOf(ArbMap.Default.GeneratorFor<string>().Select(s => s ?? ""), Gen.ArrayOf(Gen.Elements("a", "@", ".", "example.org", "\r\n", ">", "<", " ", "ü", "DATA", "+", "=", "\0", "\u2028", "xn--", "日本")).Select(string.Concat));
        Prop.ForAll(text.ToArbitrary(), text.ToArbitrary(), (address, id) =>
        {
            var to = SmtpAddress.TryParse(address + "@example.org", out var parsed) || SmtpAddress.TryParse(address, out parsed) ? parsed : SmtpSamples.Bob;
            var offered = new SmtpCapabilities(["x", "DSN", "SMTPUTF8", "8BITMIME", "SIZE"]);
            var envelope = new SmtpEnvelope { From = to, To = [to], Notices = new(id), Size = 1 };
            foreach (var command in (string[])[SmtpMailCommands.Mail(envelope, offered), SmtpMailCommands.Recipient(to, notices: true)])
            {
                Assert.DoesNotContain(command, c => char.IsControl(c) || c is '\u2028' or '\u2029');
                var path = command.Split(' ')[1]; // hexadecimal guards the parameters
                Assert.Equal((1, 1), (path.Count(c => c == '<'), path.Count(c => c == '>')));
                Assert.All(command.Split(' ').Skip(2), w => Assert.Matches(@"\A([A-Z0-9]+=[\x21-\x7e]+|SMTPUTF8)\z", w));
            }
        }).QuickCheckThrowOnFailure();
    }
}

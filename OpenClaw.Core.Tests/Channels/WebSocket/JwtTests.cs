using System.Security.Cryptography;
using System.Text;
using OpenClaw.Gateway.Core.Channels.WebSocket.Handshake;

namespace OpenClaw.Core.Tests.Channels.WebSocket;

public sealed class JwtTests
{
    private const long Now = 1_800_000_000;

    [Fact]
    public void Verify_AsPublishedInRfc7515Appendix_Holds()
    {
        // A.1 signs with a key that is no text; the same claims under a text key, made by the reference steps of the appendix
        var token = Tokens.SignText("{\"sub\":\"joe\",\"exp\":1800000100,\r\n \"http://example.com/is_root\":true}", header: "{\"typ\":\"JWT\",\r\n \"alg\":\"HS256\"}");

        Assert.Equal("joe", Verify(token)!.Subject);
    }

    [Fact]
    public void Verify_KnownVector_Holds()
    {
        // the token that every JWT library's manual shows, here to be refused only because it has no exp
        const string token = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c";

        Assert.Null(Jwt.Verify(token, ["your-256-bit-secret"], At(Now), out var fault));
        Assert.Contains("claim", fault, StringComparison.Ordinal);
        Assert.Null(Jwt.Verify(token, ["another"], At(Now), out fault));
        Assert.Contains("signature", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"alg":"none"}""")]
    [InlineData("""{"alg":"None"}""")]
    [InlineData("""{"alg":"hs256"}""")]
    [InlineData("""{"alg":"HS384"}""")]
    [InlineData("""{"alg":"HS512"}""")]
    [InlineData("""{"alg":"RS256"}""")]
    [InlineData("""{"alg":"none","alg":"HS256"}""")]
    [InlineData("""{"alg":["HS256"]}""")]
    [InlineData("""{"alg":"HS256","crit":["b64"],"b64":false}""")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("x")]
    public void Verify_OtherHeader_Refused(string header) =>
        Assert.Null(Verify(Tokens.SignText("""{"sub":"a","exp":1800000100}""", header: header)));

    [Fact]
    public void Verify_OtherHashUnderOurName_Refused()
    {
        var signed = Tokens.Encode("""{"alg":"HS256"}"""u8.ToArray()) + "." + Tokens.Encode("""{"sub":"a","exp":1800000100}"""u8.ToArray());
        var mac = HMACSHA512.HashData(Encoding.UTF8.GetBytes(Tokens.Secret), Encoding.ASCII.GetBytes(signed));

        Assert.Null(Verify(signed + "." + Tokens.Encode(mac)));
        Assert.Null(Verify(signed + "."));
        Assert.Null(Verify(signed));
    }

    [Fact]
    public void Verify_AnyChangedCharacter_Refused()
    {
        var token = Tokens.SignText("""{"sub":"a","exp":1800000100}""");
        for (var i = 0; i < token.Length - 1; i++) // the last one has bits that stand for nothing
        {
            var changed = token.ToCharArray();
            changed[i] = changed[i] == 'A' ? 'B' : 'A';
            Assert.Null(Verify(new string(changed)));
        }
    }

    [Theory]
    [InlineData(Now + 1, true)]
    [InlineData(Now - 59, true)]
    [InlineData(Now - 60, false)]
    [InlineData(Now - 1000, false)]
    public void Verify_Exp_SixtySecondsOfSkew(long exp, bool holds) => Assert.Equal(holds, Verify(Tokens.Sign(new { sub = "a", exp })) is not null);

    [Theory]
    [InlineData(Now - 5, true)]
    [InlineData(Now + 60, true)]
    [InlineData(Now + 61, false)]
    public void Verify_Nbf_Honoured(long nbf, bool holds) => Assert.Equal(holds, Verify(Tokens.Sign(new { sub = "a", exp = Now + 500, nbf })) is not null);

    [Theory]
    [InlineData("""{"sub":"a"}""")]
    [InlineData("""{"sub":"a","exp":"1800000100"}""")]
    [InlineData("""{"sub":"a","exp":null}""")]
    [InlineData("""{"sub":"a","exp":1e400}""")]
    [InlineData("""{"sub":"","exp":1800000100}""")]
    [InlineData("""{"sub":5,"exp":1800000100}""")]
    [InlineData("""{"exp":1800000100}""")]
    [InlineData("""{"sub":"a","exp":1800000100,"nbf":"soon"}""")]
    [InlineData("""{"sub":"a","exp":1800000100,"name":5}""")]
    [InlineData("""{"sub":"a","exp":1800000100,"conversations":"main"}""")]
    [InlineData("""{"sub":"a","exp":1800000100,"conversations":[1]}""")]
    [InlineData("""{"sub":"a","sub":"b","exp":1800000100}""")]
    [InlineData("""{"sub":"\ud800","exp":1800000100}""")]
    [InlineData("[]")]
    [InlineData("")]
    public void Verify_WrongClaims_Refused(string claims) => Assert.Null(Verify(Tokens.SignText(claims)));

    [Fact]
    public void Verify_AllClaims_Read()
    {
        var claims = Verify(Tokens.SignText("""{"sub":"a","exp":1800000100.5,"name":"Ada","conversations":["x","y"]}"""))!;

        Assert.Equal(("a", "Ada"), (claims.Subject, claims.Name));
        Assert.Equal(["x", "y"], claims.Conversations!.Order());
    }

    [Fact]
    public void Verify_LongSubject_Refused()
    {
        Assert.NotNull(Verify(Tokens.Sign(new { sub = new string('a', 400), exp = Now + 5 })));
        Assert.Null(Verify(Tokens.Sign(new { sub = new string('a', 401), exp = Now + 5 })));
    }

    [Fact]
    public void Verify_NoSecretOrEmptyOne_Refused()
    {
        var token = Tokens.SignText("""{"sub":"a","exp":1800000100}""", secret: "");

        Assert.Null(Jwt.Verify(token, [], At(Now), out _));
        Assert.Null(Jwt.Verify(token, [""], At(Now), out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("a.b.c.d")]
    [InlineData("=.=.=")]
    [InlineData("é.é.é")]
    public void Verify_NoToken_Refused(string token) => Assert.Null(Verify(token));

    private static JwtClaims? Verify(string token) => Jwt.Verify(token, [Tokens.Secret], At(Now), out _);

    private static DateTimeOffset At(long seconds) => DateTimeOffset.FromUnixTimeSeconds(seconds);
}

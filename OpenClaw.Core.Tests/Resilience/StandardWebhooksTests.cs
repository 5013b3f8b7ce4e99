using System.Globalization;
using System.Text;
using System.Text.Json;
using OpenClaw.Gateway.Core.Resilience;

namespace OpenClaw.Core.Tests.Resilience;

public sealed class StandardWebhooksTests
{
    // the scheme's published example
    private const string Id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private const long Timestamp = 1_614_265_330;
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string Signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    private static readonly byte[] Body = "{\"test\": 2432232314}"u8.ToArray();
    private static readonly DateTimeOffset SentAt = DateTimeOffset.FromUnixTimeSeconds(Timestamp);

    [Fact]
    public void Sign_PublishedExample_ItsSignature() => Assert.Equal(Signature, StandardWebhooks.Sign(Id, Timestamp, Body, Secret));

    [Fact]
    public void Sign_TwoSecrets_TwoSignaturesAndBothVerify()
    {
        var other = SigningSecrets.Create();
        var signatures = StandardWebhooks.Sign(Id, Timestamp, Body, Secret, other);

        Assert.StartsWith(Signature + " v1,", signatures, StringComparison.Ordinal);
        Assert.True(Verify(signatures: signatures));
        Assert.True(Verify(signatures: signatures, secret: other));
    }

    [Fact]
    public void Verify_RightSignature_True() => Assert.True(Verify());

    [Theory]
    [InlineData(300, true)]
    [InlineData(-300, true)]
    [InlineData(301, false)]
    [InlineData(-301, false)]
    public void Verify_OtherTime_WithinFiveMinutes(int seconds, bool right) => Assert.Equal(right, Verify(now: SentAt.AddSeconds(seconds)));

    [Theory]
    [InlineData("")]
    [InlineData("v1,")]
    [InlineData("v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [InlineData("g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [InlineData("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OF=")]
    public void Verify_WrongSignature_False(string signatures) => Assert.False(Verify(signatures: signatures));

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("-1")]
    [InlineData("99999999999999999999")]
    [InlineData("9223372036854775807")]
    public void Verify_WrongTimestamp_False(string timestamp) => Assert.False(Verify(timestamp: timestamp));

    [Fact]
    public void Verify_OtherBodyIdOrSecret_False()
    {
        Assert.False(StandardWebhooks.Verify(Id, "1614265330", "{}"u8, Signature, Secret, SentAt));
        Assert.False(StandardWebhooks.Verify("msg_other", "1614265330", Body, Signature, Secret, SentAt));
        Assert.False(Verify(secret: SigningSecrets.Create()));
    }

    [Fact]
    public void Create_Twice_TwoSecretsOf32Bytes()
    {
        var (one, other) = (SigningSecrets.Create(), SigningSecrets.Create());

        Assert.NotEqual(one, other);
        Assert.StartsWith("whsec_", one, StringComparison.Ordinal);
        Assert.Equal(32, Convert.FromBase64String(one["whsec_".Length..]).Length);
    }

    [ReferenceVectorsTheory]
    [MemberData(nameof(ReferenceVectorsTheoryAttribute.Vectors), MemberType = typeof(ReferenceVectorsTheoryAttribute))]
    public void Sign_ReferenceLibrarysVector_SameSignature(string id, long timestamp, string body, string secret, string signature)
    {
        Assert.Equal(signature, StandardWebhooks.Sign(id, timestamp, Encoding.UTF8.GetBytes(body), secret));
        Assert.True(StandardWebhooks.Verify(id, timestamp.ToString(CultureInfo.InvariantCulture), Encoding.UTF8.GetBytes(body), signature, secret, DateTimeOffset.FromUnixTimeSeconds(timestamp)));
    }

    private static bool Verify(string timestamp = "1614265330", string signatures = Signature, string secret = Secret, DateTimeOffset? now = null) =>
        StandardWebhooks.Verify(Id, timestamp, Body, signatures, secret, now ?? SentAt);
}

/// <summary>Skips where the reference library's vectors are not at hand.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ReferenceVectorsTheoryAttribute : TheoryAttribute
{
    private static readonly string? Path = Find();

    public ReferenceVectorsTheoryAttribute()
    {
        if (Path is null) Skip = "the shared folder with standard-webhooks.json is not there";
    }

    public static TheoryData<string, long, string, string, string> Vectors()
    {
        var data = new TheoryData<string, long, string, string, string>();
        if (Path is null) return data;
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path));
        foreach (var v in document.RootElement.GetProperty("vectors").EnumerateArray())
            data.Add(v.GetProperty("id").GetString()!, v.GetProperty("ts").GetInt64(), v.GetProperty("body").GetString()!, v.GetProperty("secret").GetString()!, v.GetProperty("signature").GetString()!);
        return data;
    }

    /// <summary>Beside the folder of the solution, or beside one further up (a worktree).</summary>
    private static string? Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder.FullName, "OpenClaw.sln"))) folder = folder.Parent;
        for (folder = folder?.Parent; folder is not null; folder = folder.Parent)
        {
            var path = System.IO.Path.Combine(folder.FullName, "shared", "data", "vectors", "standard-webhooks.json");
            if (File.Exists(path)) return path;
        }

        return null;
    }
}

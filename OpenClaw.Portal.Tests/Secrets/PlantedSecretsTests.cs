using System.Text;

namespace OpenClaw.Portal.Tests.Secrets;

public sealed class PlantedSecretsTests
{
    private const string Secret = "p<lant>ed & s+e/c?r=et ü";

    [Fact]
    public void FindIn_AnyForm_IsFound()
    {
        var planted = new PlantedSecrets();
        planted.Add("it", Secret);
        var bytes = Encoding.UTF8.GetBytes(Secret);
        string[] places =
        [
            $"x{Secret}y", $"a={Uri.EscapeDataString(Secret)}&", $"<p>{System.Net.WebUtility.HtmlEncode(Secret)}</p>", $"0x{Convert.ToHexString(bytes)}",
            Convert.ToBase64String(bytes), Convert.ToBase64String(Encoding.UTF8.GetBytes("u:" + Secret)), Convert.ToBase64String(Encoding.UTF8.GetBytes("a:" + Secret + "!"))
            , Convert.ToBase64String(Encoding.UTF8.GetBytes("us:" + Secret + "!!")),
        ];
        foreach (var place in places) Assert.Equal(["it"], planted.FindIn(Encoding.UTF8.GetBytes(place)));
        Assert.Empty(planted.FindIn(Encoding.UTF8.GetBytes("nothing of it")));
    }
}

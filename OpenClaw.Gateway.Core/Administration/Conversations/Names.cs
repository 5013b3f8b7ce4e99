using System.Text.Json;

namespace OpenClaw.Gateway.Core.Administration.Conversations;

/// <summary>States and authors as the contract names them: camelCase of the enum's names.</summary>
internal static class Names
{
    public static string Of<T>(T value) where T : struct, Enum => Known<T>.Names.GetValueOrDefault(value) ?? JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    private static class Known<T> where T : struct, Enum
    {
        public static readonly Dictionary<T, string> Names = Enum.GetValues<T>().ToDictionary(v => v, v => JsonNamingPolicy.CamelCase.ConvertName(v.ToString()));
    }
}

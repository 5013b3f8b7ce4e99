using System.Reflection;
using Microsoft.AspNetCore.Components;
using OpenClaw.Portal.Components;

namespace OpenClaw.Portal.Tests.Browser;

/// <summary>All pages of the portal, taken from the pages themselves: a new one cannot be forgotten.</summary>
internal static class SiteMap
{
    /// <summary>Addresses with their parameters, constraints left out: <c>/t/{Slug}/channels/{Id}</c>.</summary>
    public static IReadOnlyList<string> Templates { get; } =
        [.. typeof(App).Assembly.GetTypes().SelectMany(t => t.GetCustomAttributes<RouteAttribute>()).Select(r => Plain(r.Template)).Distinct().Order(StringComparer.Ordinal)];

    private static string Plain(string template) => string.Join('/', template.Split('/').Select(s => s.StartsWith('{') ? $"{{{s.Trim('{', '}', '*').Split(':')[0].TrimEnd('?')}}}" : s));
}

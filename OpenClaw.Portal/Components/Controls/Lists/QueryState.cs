using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.WebUtilities;

namespace OpenClaw.Portal.Components.Controls.Lists;

/// <summary>A page's state in its address.</summary>
public static class QueryState
{
    /// <summary>A query parameter of the present address; null where it is absent or empty.</summary>
    public static string? Query(this NavigationManager navigation, string name) =>
        QueryHelpers.ParseQuery(new Uri(navigation.Uri).Query).TryGetValue(name, out var value) && !string.IsNullOrEmpty(value) ? value.ToString() : null;

    /// <summary>Sets query parameters (null or empty removes one) without a step in the history.</summary>
    public static void SetQuery(this NavigationManager navigation, params IEnumerable<(string Name, string? Value)> values)
    {
        var address = navigation.With(values);
        if (address != navigation.Uri) navigation.NavigateTo(address, new NavigationOptions { ReplaceHistoryEntry = true });
    }

    /// <summary>The present address with other query parameters: for links.</summary>
    public static string With(this NavigationManager navigation, params IEnumerable<(string Name, string? Value)> values) =>
        navigation.GetUriWithQueryParameters(values.ToDictionary(v => v.Name, v => (object?)(string.IsNullOrEmpty(v.Value) ? null : v.Value)));
}
